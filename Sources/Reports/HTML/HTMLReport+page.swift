extension HTMLReport {
    /// The frame of every page: no network, no script, light and dark.
    ///
    /// - Parameters:
    ///   - title: What a window shows.
    ///   - tone: The class that gives the page its colour.
    ///   - generator: The program that wrote it.
    ///   - style: The style sheet.
    ///   - main: What the page says.
    ///   - footer: What stands below it.
    /// - Returns: A whole document.
    static func page(
        title: Markup,
        tone: Markup,
        generator: Markup,
        style: Markup,
        main: Markup,
        footer: Markup
    ) -> Markup {
        """
        <!DOCTYPE html>
        <html xmlns="http://www.w3.org/1999/xhtml" lang="en" class="\(tone)">
        <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" \
        content="default-src 'none'; style-src 'unsafe-inline'; img-src data:" />
        <meta name="generator" content="\(generator)" />
        <title>\(title)</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <main>
        \(main)
        </main>
        <footer><p>\(footer)</p></footer>
        </body>
        </html>

        """
    }
}
