extension HTMLReport {
    /// Looks: light and dark, narrow and wide, on paper.
    static let style = ##"""
        :root {
          color-scheme: light dark;
          --paper: #fbfaf8; --card: #ffffff; --ink: #1f2328; --soft: #636c76; --faint: #8c959f; --line: #e3e1dc;
          --accent: #6d3fc0; --tint: #f3eefc; --good: #1a7f4b; --bad: #c0322b; --warn: #9a6700;
          --good-tint: #e4f6ec; --bad-tint: #fdebe9; --warn-tint: #fff6dc; --code: #f6f5f2;
          --added: #d6f5e0; --removed: #ffdfdb; --moved: #e9e2fb;
          --keyword: #8a2fb0; --text: #0f6b47; --number: #a04a00; --comment: #7d8590; --name: #1457b0;
        }
        @media (prefers-color-scheme: dark) { :root:not([data-theme=light]) {
          --paper: #131217; --card: #1c1b22; --ink: #e7e5ee; --soft: #a19dae; --faint: #7b7788; --line: #302e3a;
          --accent: #b697ff; --tint: #282239; --good: #5fd394; --bad: #ff8a80; --warn: #e8bd56;
          --good-tint: #17301f; --bad-tint: #3a1d1d; --warn-tint: #332a12; --code: #16151b;
          --added: #1d4a2f; --removed: #5b2624; --moved: #35295a;
          --keyword: #d79bff; --text: #8ddfb4; --number: #ffb476; --comment: #7f7b8c; --name: #8fbcff; } }
        :root[data-theme=dark] {
          color-scheme: dark;
          --paper: #131217; --card: #1c1b22; --ink: #e7e5ee; --soft: #a19dae; --faint: #7b7788; --line: #302e3a;
          --accent: #b697ff; --tint: #282239; --good: #5fd394; --bad: #ff8a80; --warn: #e8bd56;
          --good-tint: #17301f; --bad-tint: #3a1d1d; --warn-tint: #332a12; --code: #16151b;
          --added: #1d4a2f; --removed: #5b2624; --moved: #35295a;
          --keyword: #d79bff; --text: #8ddfb4; --number: #ffb476; --comment: #7f7b8c; --name: #8fbcff; }
        :root[data-theme=light] { color-scheme: light; }
        * { box-sizing: border-box; }
        html { scroll-padding-top: 5rem; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto,
          "Helvetica Neue", "DejaVu Sans", sans-serif; }
        button, input { font: inherit; color: inherit; }
        button { cursor: pointer; }
        :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
        .mono, pre, code { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
        header.top { position: sticky; top: 0; z-index: 3; display: flex; gap: 1rem; align-items: center; padding: .6rem 1.2rem;
          background: var(--card); border-bottom: 1px solid var(--line); }
        header.top h1 { font-size: 1.05rem; margin: 0; letter-spacing: .01em; white-space: nowrap; }
        header.top h1 b { color: var(--accent); }
        .facts { color: var(--soft); font-size: .87rem; flex: 1; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .search { width: 15rem; padding: .35rem .7rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--paper); }
        header.top select { max-width: 17rem; padding: .32rem .5rem; border: 1px solid var(--line); border-radius: .5rem;
          background: var(--paper); color: var(--ink); font: inherit; font-size: .87rem; }
        .plain { border: 1px solid var(--line); background: none; border-radius: .5rem; padding: .3rem .6rem; color: var(--soft); }
        .plain:hover { color: var(--ink); border-color: var(--faint); }
        .layout { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
        nav.side { position: sticky; top: 3.3rem; height: calc(100vh - 3.3rem); overflow: auto; border-right: 1px solid var(--line);
          padding: 1rem .8rem; }
        .filters { display: flex; flex-wrap: wrap; gap: .35rem; margin-bottom: .8rem; }
        .filters button { border: 1px solid var(--line); background: var(--card); border-radius: 2rem; padding: .12rem .7rem;
          font-size: .82rem; color: var(--soft); }
        .filters button[aria-pressed=true] { background: var(--accent); border-color: var(--accent); color: var(--card); }
        .item { display: flex; gap: .6rem; width: 100%; text-align: left; border: 0; background: none; padding: .5rem .6rem;
          border-radius: .55rem; align-items: baseline; }
        .item:hover { background: var(--tint); }
        .item[aria-current=true] { background: var(--tint); box-shadow: inset 3px 0 var(--accent); }
        .item span.title { flex: 1; overflow-wrap: anywhere; font-weight: 550; font-size: .93rem; }
        .item small { color: var(--faint); white-space: nowrap; font-size: .78rem; }
        .dot { width: .55rem; height: .55rem; border-radius: 50%; flex: none; background: var(--faint); position: relative; top: -.05rem; }
        .dot.passed { background: var(--good); } .dot.failed, .dot.error, .dot.timed_out { background: var(--bad); }
        .dot.cut_short { background: var(--warn); }
        main { padding: 1.4rem 2rem 6rem; max-width: 82rem; width: 100%; }
        h2 { margin: 0 0 .2rem; font-size: 1.45rem; line-height: 1.25; overflow-wrap: anywhere; }
        .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .8rem; margin: 1.1rem 0 1.5rem; }
        .tile { background: var(--card); border: 1px solid var(--line); border-radius: .8rem; padding: .8rem 1rem; }
        .tile b { display: block; font-size: 1.55rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
        .tile span { color: var(--soft); font-size: .83rem; }
        .tile.good b { color: var(--good); } .tile.bad b { color: var(--bad); }
        .badge { display: inline-block; border-radius: .4rem; padding: 0 .45rem; font-size: .78rem; font-weight: 600; line-height: 1.55;
          background: var(--tint); color: var(--accent); white-space: nowrap; }
        .badge.passed { background: var(--good-tint); color: var(--good); }
        .badge.failed, .badge.error, .badge.timed_out, .badge.deleted { background: var(--bad-tint); color: var(--bad); }
        .badge.cut_short, .badge.behaviour, .badge.changed { background: var(--warn-tint); color: var(--warn); }
        .badge.inserted { background: var(--good-tint); color: var(--good); }
        .meta { color: var(--soft); font-size: .88rem; display: flex; gap: .9rem; flex-wrap: wrap; align-items: center; }
        .finding { border-left: 4px solid var(--bad); background: var(--bad-tint); border-radius: .3rem .7rem .7rem .3rem;
          padding: .65rem 1rem; margin: .8rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
        .headline { border-left: 4px solid var(--accent); background: var(--tint); border-radius: .3rem .7rem .7rem .3rem;
          padding: .65rem 1rem; margin: 1rem 0; }
        .tabs { display: flex; gap: .3rem; border-bottom: 1px solid var(--line); margin: 1.2rem 0 1.1rem; }
        .tabs button { border: 0; background: none; padding: .45rem .9rem; color: var(--soft); border-bottom: 2px solid transparent;
          margin-bottom: -1px; }
        .tabs button[aria-selected=true] { color: var(--ink); border-color: var(--accent); font-weight: 600; }
        .turn { display: grid; grid-template-columns: 2.6rem minmax(0, 1fr); gap: .9rem; margin-bottom: 1.15rem;
          content-visibility: auto; contain-intrinsic-size: auto 9rem; }
        .face { width: 2.4rem; height: 2.4rem; border-radius: 50%; display: grid; place-items: center; font-weight: 700;
          font-size: .82rem; color: #fff; }
        .bubble { background: var(--card); border: 1px solid var(--line); border-radius: .2rem .9rem .9rem .9rem; padding: .7rem 1rem; }
        .who { display: flex; gap: .5rem; align-items: baseline; flex-wrap: wrap; margin-bottom: .25rem; }
        .who b { font-weight: 650; } .who i { font-style: normal; color: var(--faint); font-size: .88rem; }
        .who a { margin-left: auto; color: var(--faint); font-size: .8rem; text-decoration: none; font-variant-numeric: tabular-nums; }
        .said { white-space: pre-wrap; overflow-wrap: anywhere; }
        .none { color: var(--faint); font-style: italic; }
        pre { margin: .5rem 0; background: var(--code); border: 1px solid var(--line); border-radius: .55rem; padding: .6rem .8rem;
          overflow: auto; max-height: 32rem; white-space: pre; tab-size: 4; line-height: 1.5; }
        pre.err { border-color: var(--bad); }
        .label { font-size: .76rem; color: var(--faint); margin: .55rem 0 -.3rem; display: flex; gap: .5rem; align-items: center; }
        details { margin-top: .5rem; border: 1px solid var(--line); border-radius: .6rem; background: var(--paper); }
        summary { padding: .35rem .75rem; cursor: pointer; color: var(--soft); font-size: .88rem; }
        summary b { color: var(--ink); font-weight: 600; }
        details > div { padding: 0 .75rem .5rem; }
        img.plot { max-width: 100%; border-radius: .5rem; border: 1px solid var(--line); background: #fff; margin: .5rem 0; }
        .ending { text-align: center; color: var(--soft); font-size: .88rem; margin: 1.4rem 0; }
        .ending::before, .ending::after { content: " — "; color: var(--faint); }
        .k { color: var(--keyword); } .s { color: var(--text); } .n { color: var(--number); } .c { color: var(--comment); font-style: italic; }
        .f { color: var(--name); }
        mark { background: #ffe58a; color: #222; border-radius: .15rem; }
        .rows { border: 1px solid var(--line); border-radius: .8rem; overflow: hidden; background: var(--card); }
        .row { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); border-top: 1px solid var(--line);
          content-visibility: auto; contain-intrinsic-size: auto 5rem; }
        .row:first-child { border-top: 0; }
        .row.current { box-shadow: inset 3px 0 var(--accent); }
        .side { } .cell { padding: .6rem .9rem; min-width: 0; } .cell + .cell { border-left: 1px solid var(--line); }
        .cell .who { font-size: .88rem; } .cell .said { font-size: .93rem; }
        .cell.empty { background: repeating-linear-gradient(135deg, transparent 0 7px, var(--line) 7px 8px); opacity: .55; }
        .row.deleted .cell:first-child { background: var(--bad-tint); } .row.inserted .cell:last-child { background: var(--good-tint); }
        .row.moved .cell { background: color-mix(in srgb, var(--moved) 45%, transparent); }
        .row.heads { background: var(--code); font-weight: 600; font-size: .86rem; color: var(--soft); }
        ins { background: var(--added); text-decoration: none; border-radius: .2rem; }
        del { background: var(--removed); text-decoration: none; border-radius: .2rem; }
        .fold { width: 100%; border: 0; border-top: 1px solid var(--line); background: var(--code); color: var(--soft); padding: .35rem;
          font-size: .85rem; }
        .fold:hover { color: var(--accent); }
        .field { font-size: .78rem; color: var(--faint); margin-top: .35rem; }
        dialog { border: 1px solid var(--line); border-radius: 1rem; background: var(--card); color: var(--ink); padding: 1.3rem 1.6rem; }
        dialog::backdrop { background: #0006; }
        kbd { border: 1px solid var(--line); border-bottom-width: 2px; border-radius: .3rem; padding: 0 .4rem; background: var(--paper);
          font-size: .82rem; }
        dialog td { padding: .2rem .9rem .2rem 0; }
        .more { text-align: center; color: var(--faint); padding: 1rem; }
        table.over { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: .8rem;
          overflow: hidden; }
        .over th { text-align: left; font-size: .8rem; color: var(--soft); font-weight: 600; padding: .55rem .9rem; background: var(--code); }
        .over td { padding: .6rem .9rem; border-top: 1px solid var(--line); vertical-align: top; }
        .over td.num { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; } .over th.num { text-align: right; }
        .over tr[data-at] { cursor: pointer; } .over tr[data-at]:hover td { background: var(--tint); }
        .over .why { color: var(--soft); font-size: .86rem; overflow-wrap: anywhere; }
        @media (max-width: 60rem) { .layout { grid-template-columns: 1fr; } nav.side { position: static; height: auto; border: 0; }
          main { padding: 1rem; } .search { width: 8rem; } }
        @media print { header.top, nav.side, .tabs, .fold { display: none; } .layout { display: block; } main { padding: 0; max-width: none; }
          .turn, .row { content-visibility: visible; break-inside: avoid; } pre { max-height: none; white-space: pre-wrap; }
          body { background: #fff; } }
        """##
}
