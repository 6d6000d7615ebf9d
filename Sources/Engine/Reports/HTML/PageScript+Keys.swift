extension PageScript {
    /// What keys and clicks do, and the start of it all.
    static let key = ##"""
        function step(by) {
          const visible = attempts.map((attempt, at) => at).filter(at => shown(attempts[at]));
          const place = visible.indexOf(state.at);
          const next = state.at < 0 ? (by > 0 ? visible[0] : undefined) : visible[place + by];
          if (next !== undefined) open(next); else if (by < 0) open(-1);
        }

        function jump(by) {
          const marks = [...document.querySelectorAll(state.tab === "diff" && state.at >= 0 ? "[data-change]" : ".turn")];
          if (!marks.length) return;
          const current = marks.findIndex(mark => mark.classList.contains("current"));
          const next = marks[Math.min(marks.length - 1, Math.max(0, current + by))];
          marks.forEach(mark => mark.classList.toggle("current", mark === next));
          next.scrollIntoView({ block: "center" });
        }

        function theme() {
          const dark = document.documentElement.dataset.theme ? document.documentElement.dataset.theme === "dark"
            : matchMedia("(prefers-color-scheme: dark)").matches;
          document.documentElement.dataset.theme = dark ? "light" : "dark";
        }

        const keys = { j: () => step(1), k: () => step(-1), n: () => jump(1), p: () => jump(-1), t: theme, o: () => open(-1),
          c: () => { state.tab = "conversation"; save(); draw(); }, d: () => { state.tab = "diff"; save(); draw(); },
          "/": () => $("search").focus(), "?": () => $("help").showModal(),
          e: () => document.querySelectorAll("main details").forEach(fold => { fold.open = !fold.open; }),
          f: () => { const all = ["all", "failed", "passed"].concat(report.against ? ["different"] : []);
            state.filter = all[(all.indexOf(state.filter) + 1) % all.length]; save(); draw(); } };

        document.addEventListener("keydown", event => {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          if (event.target.tagName === "INPUT") { if (event.key === "Escape") event.target.blur(); return; }
          const action = keys[event.key];
          if (action) { event.preventDefault(); action(); }
        });
        $("search").addEventListener("input", event => { state.query = event.target.value; save(); draw(); });
        $("theme").addEventListener("click", theme);
        $("keys").addEventListener("click", () => $("help").showModal());
        addEventListener("hashchange", () => { restore(); draw(); });
        addEventListener("beforeprint", () => document.querySelectorAll("#conversation, #difference").forEach(host => host.dispatchEvent(new Event("all"))));
        $("facts").textContent = [time(report.run.started_at), report.run.id, "version " + report.run.tool_version].join(" · ");
        restore();
        draw();
        """##
}
