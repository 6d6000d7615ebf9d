extension PageScript {
    /// The overview, a scenario, the list at the side, and the view in the address.
    static let page = ##"""
        function tile(value, label, kind) { return el("div", { class: "tile " + (kind || "") }, el("b", {}, value), el("span", {}, label)); }

        function overview() {
          const sum = pick => attempts.reduce((total, attempt) => total + (pick(attempt) || 0), 0);
          const bad = attempts.filter(isBad).length, different = attempts.filter(isDifferent).length;
          const tokens = sum(attempt => attempt.usage.prompt_tokens + attempt.usage.completion_tokens);
          const rows = attempts.map((attempt, at) => shown(attempt) ? el("tr", { "data-at": at, tabindex: 0,
            on: { click: () => open(at), keydown: event => { if (event.key === "Enter") open(at); } } },
            el("td", {}, el("span", { class: "badge " + attempt.status }, words[attempt.status])),
            el("td", {}, el("b", {}, attempt.scenario), el("div", { class: "why" },
              ((attempt.misses || [])[0] || (attempt.findings || [])[0] || divergence(attempt)).split("\n")[0])),
            el("td", { class: "num" }, attempt.turns.toLocaleString("en")),
            el("td", { class: "num" }, (attempt.usage.prompt_tokens + attempt.usage.completion_tokens).toLocaleString("en")),
            el("td", { class: "num" }, attempt.ended_at ? seconds(attempt.ended_at - attempt.started_at) : "")) : null);
          return [el("h2", {}, report.run.label ? "Run “" + report.run.label + "”" : "Run of " + time(report.run.started_at)),
            el("div", { class: "meta" }, el("span", { class: "badge " + report.run.status }, words[report.run.status]),
              el("span", { class: "mono" }, "understudy " + report.run.arguments.join(" ")),
              report.run.branch ? el("span", {}, report.run.branch + (report.run.git_sha ? " @ " + report.run.git_sha.slice(0, 9) : "")) : null),
            el("div", { class: "cards" }, tile(attempts.length, "scenarios"), tile(attempts.length - bad, "as expected", "good"),
              tile(bad, "not as expected", bad ? "bad" : ""), report.against ? tile(different, "differ from " + other) : null,
              tile(sum(attempt => attempt.turns).toLocaleString("en"), "turns"), tile(tokens.toLocaleString("en"), "tokens")),
            el("table", { class: "over" }, el("thead", {}, el("tr", {}, el("th", {}, "Result"), el("th", {}, "Scenario"),
              el("th", { class: "num" }, "Turns"), el("th", { class: "num" }, "Tokens"), el("th", { class: "num" }, "Time"))),
              el("tbody", {}, rows))];
        }

        function divergence(attempt) {
          const first = attempt.comparison && attempt.comparison.diff && attempt.comparison.diff.first_divergence;
          return first ? "first divergence at turn " + first.turn + (first.speaker ? ", " + first.speaker : "") : "";
        }

        function attemptPage(attempt) {
          const tabs = attempt.comparison ? ["conversation", "diff"] : ["conversation"];
          if (!tabs.includes(state.tab)) state.tab = "conversation";
          return [el("h2", {}, attempt.scenario), el("div", { class: "meta" },
            el("span", { class: "badge " + attempt.status }, words[attempt.status]), el("span", {}, count(attempt.turns, "turn")),
            el("span", {}, count(attempt.usage.prompt_tokens + attempt.usage.completion_tokens, "token")),
            el("span", {}, time(attempt.started_at)), el("span", { class: "mono" }, attempt.id)),
            (attempt.misses || []).slice(0, 1).map(text => el("div", { class: "finding" }, "miss: " + text
              + (attempt.misses.length > 1 ? "\n… and " + (attempt.misses.length - 1) + " more, which may follow from it" : ""))),
            (attempt.findings || []).map(text => el("div", { class: "finding" }, text)),
            attempt.comparison ? headline(attempt) : null,
            el("div", { class: "tabs", role: "tablist" }, tabs.map(tab => el("button", { role: "tab", "aria-selected": String(tab === state.tab),
              id: "tab-" + tab, on: { click: () => { state.tab = tab; save(); draw(); } } }, tab === "diff" ? "Diff" : "Conversation"))),
            state.tab === "diff" ? difference(attempt) : conversation(attempt)];
        }

        function shown(attempt) {
          const passes = { all: true, failed: isBad(attempt), passed: !isBad(attempt), different: isDifferent(attempt) }[state.filter];
          return passes && (!state.query || attempt.scenario.toLowerCase().includes(state.query.toLowerCase()) || hasText(attempt.transcript));
        }

        function side() {
          const filters = ["all", "failed", "passed"].concat(report.against ? ["different"] : []);
          return [el("div", { class: "filters", role: "group", "aria-label": "Filter" }, filters.map(name => el("button", {
            "aria-pressed": String(state.filter === name), "data-filter": name,
            on: { click: () => { state.filter = name; save(); draw(); } } }, name[0].toUpperCase() + name.slice(1)))),
            el("button", { class: "item", "aria-current": String(state.at < 0), on: { click: () => open(-1) } },
              el("span", { class: "title" }, "Overview")),
            attempts.map((attempt, at) => shown(attempt) ? el("button", { class: "item", "data-at": at, "aria-current": String(at === state.at),
              on: { click: () => open(at) } }, el("span", { class: "dot " + attempt.status, title: words[attempt.status] }),
              el("span", { class: "title" }, attempt.scenario), el("small", {}, isDifferent(attempt) ? "differs" : count(attempt.turns, "turn"))) : null)];
        }

        function draw() {
          $("side").replaceChildren(...side().flat(Infinity).filter(Boolean));
          const page = state.at < 0 ? overview() : attemptPage(attempts[state.at]);
          $("main").replaceChildren(...page.flat(Infinity).filter(Boolean));
          document.title = (state.at < 0 ? "Overview" : attempts[state.at].scenario) + " · Understudy";
        }

        function open(at) {
          state.at = at;
          if (at >= 0 && isDifferent(attempts[at]) && !isBad(attempts[at])) state.tab = "diff";
          save();
          draw();
          scrollTo(0, 0);
        }

        // The view is in the address, so that it can be shared and survives a reload.
        function save() {
          const view = new URLSearchParams({ at: state.at, tab: state.tab, filter: state.filter });
          if (state.query) view.set("q", state.query);
          history.replaceState(null, "", "#" + view);
        }

        function restore() {
          const view = new URLSearchParams(location.hash.slice(1)), at = Number(view.get("at") ?? -1);
          state.at = Number.isInteger(at) && at >= -1 && at < attempts.length ? at : -1;
          state.tab = view.get("tab") || "conversation";
          state.filter = ["all", "failed", "passed", "different"].includes(view.get("filter")) ? view.get("filter") : "all";
          state.query = view.get("q") || "";
          $("search").value = state.query;
        }
        """##
}
