/// The style sheet of the page.
///
/// Colours are custom properties, which the charts use too. Text has a contrast of at least 4.5 to 1 on its
/// background in both schemes, and no meaning rests on colour alone.
extension HTMLReport {
    static let style: Markup = "\(colors)\(page)\(components)\(adaptations)"

    private static let colors: Markup = """
        :root {
          color-scheme: light dark;
          --paper: #fff; --ink: #1b2025; --muted: #59636d; --line: #dce0e4; --soft: #f5f6f8;
          --accent: #0b62a3; --limit: #b4430c;
          --good: #00694d; --good-soft: #e8f4ef; --bad: #a8320b; --bad-soft: #fbece6; --open: #7a5600; --open-soft: #faf3e0;
          --series-1: #0072b2; --series-2: #c4500a; --series-3: #00805e; --series-4: #a8487f; --series-5: #8a6400;
          --series-6: #4d5860;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --paper: #15191d; --ink: #e3e7ea; --muted: #9da7b1; --line: #333b43; --soft: #1d2328;
            --accent: #62b0ea; --limit: #ff9360;
            --good: #52c9a0; --good-soft: #16302a; --bad: #ff9a76; --bad-soft: #38221b; --open: #e6bb55; --open-soft: #332b17;
            --series-1: #62b0ea; --series-2: #ff8f52; --series-3: #3fc79b; --series-4: #e08dbd; --series-5: #e0b84a;
            --series-6: #b4bec7;
          }
        }
        .robust { --tone: var(--good); --tone-soft: var(--good-soft); }
        .vulnerable { --tone: var(--bad); --tone-soft: var(--bad-soft); }
        .inconclusive { --tone: var(--open); --tone-soft: var(--open-soft); }

        """

    private static let page: Markup = """
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
        body {
          margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere;
          font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif;
          font-variant-numeric: tabular-nums;
        }
        main, footer { max-width: 66rem; margin: 0 auto; padding: 0 1.5rem; }
        header { padding-top: 2.5rem; }
        p, ul, dl, figure { margin: 0; }
        h1 { margin: 0; font-size: 2rem; line-height: 1.2; letter-spacing: -0.015em; }
        h2 { margin: 0; font-size: 1.3rem; line-height: 1.3; letter-spacing: -0.01em; }
        h3 { margin: 1.5rem 0 0.6rem; font-size: 1rem; }
        section { margin-top: 3rem; padding-top: 1.25rem; border-top: 1px solid var(--line); }
        .about { margin: 0.35rem 0 1.1rem; max-width: 46rem; color: var(--muted); }
        .kicker { color: var(--muted); font-size: 0.875rem; }
        .key { margin-top: 0.75rem; max-width: 52rem; color: var(--muted); font-size: 0.8125rem; }
        code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace; font-size: 0.8125rem; }
        pre { margin: 0.5rem 0; padding: 0.7rem 0.9rem; background: var(--soft); border: 1px solid var(--line);
          border-radius: 4px; white-space: pre-wrap; }
        pre code, .block { -webkit-user-select: all; user-select: all; }
        .block { display: block; margin-top: 0.2rem; color: var(--muted); }
        small { display: block; color: var(--muted); font-size: 0.75rem; font-weight: 400; line-height: 1.4; }
        nav { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 1.75rem; font-size: 0.875rem; }
        a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        footer { margin-top: 3.5rem; padding-top: 1rem; padding-bottom: 3rem; color: var(--muted); font-size: 0.8125rem; }

        """

    private static let components: Markup = """
        .verdict { display: flex; gap: 1.1rem; margin-top: 1.25rem; padding: 1.1rem 1.3rem; border-radius: 6px;
          background: var(--tone-soft); }
        .verdict .icon { flex: none; width: 3rem; color: var(--tone); align-self: flex-start; }
        .verdict .word { color: var(--tone); font-size: 1.6rem; font-weight: 700; line-height: 1.15; letter-spacing: -0.01em; }
        .verdict .meaning { margin: 0.15rem 0 0.5rem; }
        .verdict ul { padding-left: 1.1rem; }
        .figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1.25rem 2rem; margin-top: 1.75rem; }
        .figures > div { display: flex; flex-direction: column; }
        .figures dd:last-child { margin-top: auto; }
        .figures dt { font-size: 0.875rem; font-weight: 600; }
        .figures dd { margin: 0; color: var(--muted); font-size: 0.8125rem; }
        .figures .big { color: var(--ink); font-size: 1.9rem; font-weight: 650; line-height: 1.3; letter-spacing: -0.02em; }
        .figures .of { color: var(--muted); font-size: 1rem; font-weight: 400; letter-spacing: 0; }
        .figures svg { width: 100%; max-width: 15rem; margin: 0.3rem 0 0 -0.2rem; }
        .figures.three { grid-template-columns: repeat(3, 1fr); margin-top: 0.75rem; }
        .bracket { max-width: 46rem; }
        .swatch { display: inline-block; width: 0.75rem; height: 0.75rem; margin-right: 0.45rem; border-radius: 2px; }
        .swatch.good { background: var(--good); }
        .swatch.open { background: var(--open); opacity: 0.6; }
        .limit { color: var(--limit); }
        svg { display: block; }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: 0.875rem; line-height: 1.4; overflow-wrap: normal; }
        th, td { padding: 0.5rem 0.75rem 0.5rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
        th:last-child, td:last-child { padding-right: 0; }
        thead td { border-bottom: 1px solid var(--line); }
        thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 600; vertical-align: bottom; white-space: nowrap; }
        tbody th { font-weight: 600; }
        .n { text-align: right; white-space: nowrap; }
        .n .wide { white-space: normal; min-width: 12rem; }
        td.undefined { color: var(--muted); font-style: italic; }
        .bar { width: 10.5rem; }
        .range { color: var(--muted); font-size: 0.75rem; font-weight: 400; }
        .tight th, .tight td { padding-top: 0.28rem; padding-bottom: 0.28rem; }
        .tight td { white-space: nowrap; }
        .tight .interval { margin-top: 0.1rem; }
        .text { max-width: 46rem; }
        sup { line-height: 0; font-size: 0.6875rem; }
        .interval { width: 10rem; height: auto; margin-top: 0.15rem; }
        .attacks tbody th { min-width: 11rem; }
        .attacks th small { max-width: 24rem; }
        .summary { background: var(--soft); }
        .summary th { padding-left: 0; }
        .tag { display: inline-block; margin-left: 0.2rem; padding: 0 0.4em; border: 1px solid currentColor; border-radius: 3px;
          color: var(--muted); font-size: 0.6875rem; font-weight: 600; line-height: 1.5; vertical-align: 0.1em; }
        .tag.weak { color: var(--open); border-style: dashed; }
        .side { display: grid; grid-template-columns: minmax(0, 1fr) 17rem; gap: 2.5rem; align-items: start; }
        .chart { width: 100%; height: auto; }
        .curves { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1.5rem 2rem; margin-top: 1.5rem; }
        .curves figure { max-width: 26rem; }
        figcaption { margin-bottom: 0.4rem; font-size: 0.875rem; font-weight: 600; }
        figcaption b { font-weight: 650; }
        .images { display: grid; grid-template-columns: repeat(auto-fill, minmax(17.5rem, 1fr)); gap: 1.25rem 2rem; }
        .images figcaption { font-weight: 400; }
        figcaption small { display: inline; margin-left: 0.5rem; }
        .panels { display: grid; grid-template-columns: repeat(3, 1fr); gap: 0.4rem; }
        .panels img { display: block; width: 100%; height: auto; border: 1px solid var(--line);
          image-rendering: crisp-edges; image-rendering: pixelated; }
        .features { display: grid; grid-template-columns: repeat(auto-fill, minmax(20rem, 1fr)); gap: 1.5rem 2.5rem; }
        .checks { padding: 0; list-style: none; }
        .checks li { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0.25rem 1rem; padding: 0.6rem 0;
          border-bottom: 1px solid var(--line); font-size: 0.875rem; }
        .checks p + p { color: var(--muted); }
        .checks b { font-weight: 600; }
        .id { color: var(--muted); font-size: 0.75rem; }
        .status { display: flex; align-items: center; gap: 0.4rem; height: 1.3rem; font-size: 0.8125rem; font-weight: 600; }
        .status svg { width: 1.15rem; flex: none; }
        .pass .status { color: var(--good); }
        .warn .status { color: var(--open); }
        .fail .status { color: var(--bad); }
        .skipped .status { color: var(--muted); }
        .facts { display: grid; grid-template-columns: 8.5rem minmax(0, 1fr); gap: 0.7rem 1.5rem; font-size: 0.9375rem; }
        .facts dt { font-weight: 600; }
        .facts dd { margin: 0; max-width: 48rem; }
        .terms { font-size: 0.875rem; grid-template-columns: 12rem minmax(0, 1fr); }
        .scorebar { display: block; }
        .notes { padding-left: 1.1rem; font-size: 0.9375rem; }

        """

    private static let adaptations: Markup = """
        @media (max-width: 56rem) {
          .figures, .figures.three { grid-template-columns: repeat(2, 1fr); }
          .side { grid-template-columns: minmax(0, 1fr); gap: 1.25rem; }
        }
        @media (max-width: 38rem) {
          main, footer { padding-left: 1rem; padding-right: 1rem; }
          header { padding-top: 1.5rem; }
          h1 { font-size: 1.6rem; }
          section { margin-top: 2.25rem; }
          .verdict { flex-direction: column; gap: 0.6rem; padding: 1rem; }
          .verdict .icon { width: 2.4rem; }
          .figures { gap: 1.1rem 1.25rem; }
          .figures .big { font-size: 1.55rem; }
          .chart:not(.square) text { font-size: 20px; }
          .interval { width: 6.5rem; }
          .bar { width: 7rem; }
          th, td { padding-right: 0.6rem; }
          .curves { grid-template-columns: minmax(0, 1fr); }
          .features { grid-template-columns: minmax(0, 1fr); }
          .checks li, .facts, .terms { grid-template-columns: minmax(0, 1fr); gap: 0.1rem; }
          .facts dd { margin-bottom: 0.8rem; }
        }
        @media print {
          body { font-size: 10pt; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
          main, footer { max-width: none; padding: 0; }
          nav { display: none; }
          header { padding-top: 0; }
          section { margin-top: 1.5rem; }
          h2, h3, .about { break-after: avoid; }
          tr, figure, .checks li, .verdict, .facts dd { break-inside: avoid; }
          .scroll { overflow: visible; }
          .figures { grid-template-columns: repeat(4, 1fr); gap: 1rem; }
          .figures .big { font-size: 15pt; }
          table { font-size: 8pt; }
          th, td { padding-right: 0.5rem; }
          small, .range { font-size: 7pt; }
          .attacks tbody th { min-width: 9rem; }
          .interval { width: 5.5rem; }
          .bar { width: 6rem; }
          .side { grid-template-columns: minmax(0, 1fr) 14rem; gap: 1.5rem; }
          .images { grid-template-columns: repeat(3, 1fr); gap: 1rem; }
          .curves { grid-template-columns: repeat(3, 1fr); gap: 1rem; }
        }
        @media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
        """
}
