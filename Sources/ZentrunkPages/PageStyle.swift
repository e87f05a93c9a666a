/// The looks of all pages: light or dark as the reader's system is, in one column on a phone.
enum PageStyle {
    static let rules: StaticString = """
        :root{color-scheme:light dark;--page:#f7f7f5;--card:#fff;--line:#e2e1dc;--text:#14140f;--soft:#5a5954;
        --good:#2a6fc9;--bad:#d9622b;--track:#ecebe6;--mark:#8a6d00}
        @media (prefers-color-scheme:dark){:root{--page:#161615;--card:#1f1f1d;--line:#33322f;--text:#f3f3ef;--soft:#b5b4ad;
        --good:#5a9bea;--bad:#ee8350;--track:#2b2a28;--mark:#e0bd4f}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--page);color:var(--text);
        font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1.5rem 1rem 3rem}
        h1{font-size:1.5rem;line-height:1.25;margin:0}
        h2{font-size:1.1rem;margin:0 0 .75rem}
        p{margin:.25rem 0}
        .sub,footer,.note{color:var(--soft);font-size:.9rem}
        footer{margin-top:2rem}
        section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1rem;margin-top:1rem}
        .tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(45%,12rem),1fr));gap:.75rem;margin-top:1rem}
        .tile{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:.75rem 1rem}
        .tile b{display:block;font-size:1.5rem;line-height:1.2;font-weight:600;font-variant-numeric:tabular-nums}
        .tile span{color:var(--soft);font-size:.85rem}
        .two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:0 1rem}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%;font-size:.9rem}
        th,td{text-align:left;padding:.35rem .75rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
        th{color:var(--soft);font-weight:500}
        td{overflow-wrap:anywhere;min-width:5.5rem}
        th,td.n,td.k{white-space:nowrap;min-width:0}
        td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
        tr:last-child td{border-bottom:0}
        td.bar{width:30%;min-width:5rem;vertical-align:middle}
        svg{display:block;width:100%}
        .plot{height:11rem;border-bottom:1px solid var(--soft)}
        .plot .t{fill:transparent}
        .rule{height:1px;background:var(--line)}
        .axis{display:flex;justify-content:space-between;color:var(--soft);font-size:.8rem;gap:.5rem}
        .bins{display:grid;grid-auto-flow:column;grid-auto-columns:1fr;color:var(--soft);font-size:.75rem;text-align:center}
        .bins b{display:block;color:var(--text);font-weight:500}
        .bar svg{height:.75rem}
        .g{fill:var(--good)}.b{fill:var(--bad)}.t{fill:var(--track)}
        .legend{display:flex;flex-wrap:wrap;gap:.25rem 1rem;font-size:.85rem;color:var(--soft);margin-bottom:.5rem}
        .legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:.15rem;margin-right:.35rem}
        .legend .g{background:var(--good)}.legend .b{background:var(--bad)}
        .owner{margin-top:1rem}
        .owner h3{font-size:1rem;margin:0 0 .25rem}
        .finding{border-left:3px solid var(--bad);padding-left:.75rem;margin:.75rem 0}
        .finding.info{border-left-color:var(--mark)}
        code{font:.85em ui-monospace,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}
        summary{cursor:pointer;color:var(--soft);font-size:.9rem}
        @media print{body{background:#fff}section,.tile{break-inside:avoid}}
        """
}
