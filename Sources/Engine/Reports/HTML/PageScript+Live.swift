extension PageScript {
    /// A page that is served: other runs to choose from, and a look whether there is something new.
    static let live = ##"""
        if (report.live) {
          const chosen = new URLSearchParams(location.search);
          const choice = (name, label, none) => el("select", { id: name, "aria-label": label, on: { change: event => {
            if (event.target.value) chosen.set(name, event.target.value); else chosen.delete(name);
            location.search = chosen; } } }, none ? el("option", { value: "" }, none) : null,
            report.live.runs.map(run => el("option", { value: run.id, selected: run.id === (name === "run" ? report.run.id
              : (report.against || {}).id) }, (run.label ? "#" + run.label + " · " : "") + time(run.started_at).slice(5, 16) + " · " + words[run.status])));
          $("search").before(choice("run", "Run"), choice("against", "Compared with", "compared with nothing"));
          const look = async () => {
            try {
              const answer = await fetch("/version?" + chosen);
              if (answer.ok && (await answer.json()).version !== report.live.version) location.reload();
            } catch { /* The server has ended; what is here stays. */ }
          };
          setInterval(look, 2000);
        }
        """##
}
