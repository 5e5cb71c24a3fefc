/// What this page adds to the style sheet that all pages share.
extension ReleasePage {
    static let style: Markup = """

        .side.layers { grid-template-columns: minmax(0, 35rem) minmax(0, 1fr); }
        .side.lines { grid-template-columns: minmax(0, 29rem) minmax(0, 1fr); }
        .hierarchy, .lineage { width: 100%; height: auto; }
        .words { margin: 0; font-size: 0.875rem; }
        .words dt { margin-top: 0.9rem; font-weight: 600; }
        .words dt:first-child { margin-top: 0; }
        .words dd { margin: 0.1rem 0 0; color: var(--muted); }
        ol.words { padding-left: 1.2rem; }
        ol.words li + li { margin-top: 0.6rem; }
        .hierarchy a, .lineage a { color: inherit; text-decoration: none; }
        .hierarchy a:hover text, .lineage a:hover text { text-decoration: underline; }
        .rules th, .rules td { vertical-align: top; }
        .rules tbody th { width: 31%; }
        .rules td:nth-child(4) { white-space: nowrap; }
        .rules td:nth-child(6) { width: 17%; }
        .rules .why { display: block; margin-top: 0.35rem; font-weight: 400; overflow-wrap: anywhere; }
        .rules .interval { width: 7rem; }
        .rules small { overflow-wrap: anywhere; }
        .rules td:last-child { min-width: 7rem; }
        .rules .status { height: auto; align-items: flex-start; }
        tr:target, article:target { background: var(--soft); }
        article { margin-top: 2rem; padding: 0 1.1rem 1.1rem; border: 1px solid var(--line); border-radius: 6px; }
        article h3 { margin: 1rem 0 0.8rem; }
        article .facts { font-size: 0.875rem; gap: 0.45rem 1.5rem; }
        @media (max-width: 56rem) {
          .side.layers, .side.lines { grid-template-columns: minmax(0, 1fr); }
          .side.layers figure { max-width: 35rem; }
          .side.lines figure { max-width: 29rem; }
          .rules, .rules tbody, .rules tr, .rules th, .rules td { display: block; width: auto; min-width: 0; }
          .rules thead { display: none; }
          .rules tr { padding: 0.8rem 0; border-bottom: 1px solid var(--line); }
          .rules th, .rules td, .rules tbody th { padding: 0.15rem 0; border: 0; }
          .rules tbody th, .rules td:nth-child(n) { width: auto; min-width: 0; white-space: normal; }
          .rules td.idle { display: none; }
          .rules td:not(.idle) { display: grid; grid-template-columns: 7rem minmax(0, 1fr); gap: 0.75rem; }
          .rules td::before { content: attr(data-label); color: var(--muted); font-size: 0.8125rem; }
        }
        @media (max-width: 38rem) {
          .hierarchy text { font-size: 17px; }
          .lineage text { font-size: 13.5px; }
          article { padding: 0 0.8rem 0.8rem; }
        }
        @media print {
          .rules .interval { width: 5rem; }
          .side.layers { grid-template-columns: minmax(0, 24rem) minmax(0, 1fr); }
          .side.lines { grid-template-columns: minmax(0, 22rem) minmax(0, 1fr); }
          article { break-inside: auto; margin-top: 1rem; }
          article h3 { break-after: avoid; }
          .facts dt { break-after: avoid; }
        }
        """
}
