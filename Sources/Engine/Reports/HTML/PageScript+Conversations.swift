extension PageScript {
    /// A transcript as a conversation, added to the page as its reader comes near.
    static let conversation = ##"""
        const speakerOf = entry => entry.speaker || entry.agent || "";

        function palette(entries) {
          const names = [...new Set(entries.map(speakerOf).filter(Boolean))];
          return name => colours[Math.max(0, names.indexOf(name)) % colours.length];
        }

        function face(name, colour) {
          const node = el("div", { class: "face", "aria-hidden": "true" },
            name.split(/[\s_-]+/).map(part => part[0] || "").join("").slice(0, 2).toUpperCase());
          node.style.background = colour;
          return node;
        }

        function produced(entry, said) {
          if (entry.kind === "llm_call") {
            const usage = entry.usage ? count(entry.usage.prompt_tokens, "prompt token") + " + " + entry.usage.completion_tokens : "";
            const differs = (entry.text || "") !== (said ? said.text || "" : "");
            return el("details", { open: Boolean(entry.failure) }, el("summary", {}, "asked ", el("b", {}, entry.model), " · ",
              [entry.status && "HTTP " + entry.status, usage, seconds(entry.took), entry.stale !== undefined && "stale"].filter(Boolean).join(" · ")),
              el("div", {}, entry.failure ? el("div", { class: "finding" }, entry.failure) : null,
                entry.finish_reason ? el("div", { class: "field" }, "finish reason: " + entry.finish_reason) : null,
                differs ? prose(entry.text) : el("div", { class: "field" }, "answered as said here")));
          }
          if (entry.kind === "code_run") {
            const isGood = entry.exit_code === 0;
            return el("div", {}, el("div", { class: "label" }, "ran " + entry.language,
              el("span", { class: "badge " + (isGood ? "passed" : "failed") }, entry.exit_code === undefined ? "no result" : "exit " + entry.exit_code),
              seconds(entry.took)), code(entry.code.replace(/\n$/, ""), entry.language), output(entry.stdout, "output"),
              output(entry.stderr, "errors", true), (entry.shown || []).map(exhibit), entry.failure ? el("div", { class: "finding" }, entry.failure) : null);
          }
          return null;
        }

        /** Entries of one message: what led to it, and the message. */
        function turns(entries) {
          const turns = [];
          let led = [];
          for (const entry of entries) {
            if (entry.kind === "message") { turns.push({ message: entry, led }); led = []; }
            else if (entry.kind === "end") { if (led.length) turns.push({ led }); turns.push({ end: entry }); led = []; }
            else led.push(entry);
          }
          if (led.length) turns.push({ led });
          return turns;
        }

        function turnNode(turn, colour) {
          if (turn.end) return el("div", { class: "ending" }, (endings[turn.end.cause] || turn.end.cause)
            + (turn.end.agent ? ", noticed by " + turn.end.agent : "") + (turn.end.failure ? ": " + turn.end.failure : ""));
          const first = turn.message || turn.led[0], name = speakerOf(first);
          return el("article", { class: "turn", id: "turn-" + first.turn },
            face(name, colour(name)),
            el("div", { class: "bubble" },
              el("div", { class: "who" }, el("b", {}, name), turn.message ? el("i", {}, "to " + turn.message.recipient) : null,
                el("a", {}, "turn " + first.turn)),
              turn.message ? [turn.message.text === undefined && (turn.message.tool_calls || []).length ? null : prose(turn.message.text),
                toolCalls(turn.message.tool_calls)] : null,
              turn.led.map(entry => produced(entry, turn.message))));
        }

        const batch = 150;

        /** Adds nodes as the reader comes near them; all of them before printing. */
        function fill(host, items, make) {
          let next = 0;
          const sentinel = el("div", { class: "more" });
          const add = many => {
            const nodes = items.slice(next, next + many).map(make);
            next += nodes.length;
            sentinel.before(...nodes.flat(Infinity).filter(Boolean));
            if (next >= items.length) { observer.disconnect(); sentinel.remove(); }
            else sentinel.textContent = count(items.length - next, "more turn") + " below";
          };
          const observer = new IntersectionObserver(seen => { if (seen.some(entry => entry.isIntersecting)) add(batch); },
            { rootMargin: "1500px" });
          host.append(sentinel);
          add(batch);
          if (next < items.length) observer.observe(sentinel);
          host.addEventListener("all", () => { while (next < items.length) add(1000); });
          return host;
        }

        function conversation(attempt) {
          const entries = attempt.transcript.entries, colour = palette(entries);
          if (!entries.length) return el("p", { class: "none" }, "Nothing was said.");
          return fill(el("div", { id: "conversation" }), turnsOf(attempt).filter(matches), turn => turnNode(turn, colour));
        }

        const turnLists = new WeakMap();
        function turnsOf(attempt) {
          if (!turnLists.has(attempt)) turnLists.set(attempt, turns(attempt.transcript.entries));
          return turnLists.get(attempt);
        }

        // A long run is searched at every letter: its texts are put together once.
        const texts = new WeakMap();
        function textOf(value) {
          if (!texts.has(value)) texts.set(value, JSON.stringify(value).toLowerCase());
          return texts.get(value);
        }
        const hasText = value => textOf(value).includes(JSON.stringify(state.query.toLowerCase()).slice(1, -1));
        const matches = turn => !state.query || hasText(turn);
        """##
}
