// One program in another language, kept whole.

extension HTMLReport {
    /// Builds the page from the report's data, and answers to keys and clicks. It asks nobody for anything.
    static let script = ##"""
        "use strict";
        const report = JSON.parse(document.getElementById("report").textContent);
        const attempts = report.attempts;
        const state = { at: -1, tab: "conversation", filter: "all", query: "" };
        const $ = id => document.getElementById(id);

        // Everything an agent said goes in as text, never as markup.
        function el(name, attributes, ...children) {
          const node = document.createElement(name);
          for (const [key, value] of Object.entries(attributes || {})) {
            if (value === undefined || value === null || value === false) continue;
            if (key === "on") for (const [event, action] of Object.entries(value)) node.addEventListener(event, action);
            else if (key === "class") node.className = value;
            else node.setAttribute(key, value === true ? "" : value);
          }
          for (const child of children.flat(Infinity)) if (child !== null && child !== undefined) node.append(child);
          return node;
        }

        const words = { passed: "passed", failed: "failed", error: "error", timed_out: "timed out", skipped: "skipped",
          cut_short: "cut short", unfinished: "unfinished" };
        const endings = { termination_message: "ended by a termination message",
          max_consecutive_auto_reply: "ended by the limit of automatic replies", max_turns: "ended by the limit of turns",
          max_round: "ended by the limit of rounds", no_eligible_speaker: "ended because nobody could speak next",
          no_reply_requested: "ended because no reply was asked for", program_exit: "ended with the program", error: "ended by an error" };
        const count = (n, one, many) => n.toLocaleString("en") + " " + (n === 1 ? one : many || one + "s");
        const seconds = s => s === undefined ? "" : s < 10 ? s.toFixed(2) + " s" : s < 60 ? s.toFixed(1) + " s"
          : Math.floor(s / 60) + " min " + Math.round(s % 60) + " s";
        const time = s => s ? new Date(s * 1000).toISOString().slice(0, 19).replace("T", " ") + " UTC" : "";
        const colours = ["#6d3fc0", "#0b7a75", "#b4540a", "#1d5fbf", "#a8327a", "#4c7a15", "#8a5a00", "#5a6472"];
        const isBad = attempt => !["passed", "skipped"].includes(attempt.status);
        const isDifferent = attempt => attempt.comparison && !(attempt.comparison.diff && attempt.comparison.diff.identical);

        // MARK: Text

        const keywords = new Set(("and as assert async await break case class const continue def del do done echo elif else esac except " +
          "export extends False fi finally for from function global if import in is lambda let new None nonlocal not of or pass raise " +
          "return static switch then this throw True true false null try typeof undefined var while with yield").split(" "));
        const lexeme = /("""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)|(#[^\n]*|\/\/[^\n]*)|(\b\d[\w.]*\b)|([A-Za-z_]\w*)/g;

        function code(text, language) {
          const pre = el("pre", { "data-language": language || "" });
          if (text.length > 60000 || language === "output") { pre.append(text); return pre; }
          let last = 0;
          for (const match of text.matchAll(lexeme)) {
            const [all, string, comment, number, word] = match;
            if (comment && comment.startsWith("#") && /^(javascript|js|ts|typescript|json|go)$/.test(language)) continue;
            if (comment && comment.startsWith("//") && !/^(javascript|js|ts|typescript|go|java|c|cpp|swift|rust)$/.test(language)) continue;
            const kind = string ? "s" : comment ? "c" : number ? "n" : keywords.has(word) ? "k" : text[match.index + all.length] === "(" ? "f" : "";
            if (!kind) continue;
            pre.append(text.slice(last, match.index), el("span", { class: kind }, all));
            last = match.index + all.length;
          }
          pre.append(text.slice(last));
          return pre;
        }

        const picture = /data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+\/=]{40,}/g;

        function prose(text) {
          if (text === undefined || text === null) return null;
          if (text === "") return el("div", { class: "none" }, "(empty)");
          // What an executor answered is a listing.
          if (/^exitcode: -?\d/.test(text)) return el("pre", { class: /^exitcode: 0\b/.test(text) ? "" : "err" }, text);
          const parts = [];
          let last = 0;
          for (const match of text.matchAll(/```([\w+-]*)[^\n]*\n([^]*?)(?:```|$)/g)) {
            const before = text.slice(last, match.index).replace(/^\n+|\n+$/g, "");
            if (before) parts.push(el("div", { class: "said" }, before));
            parts.push(code(match[2].replace(/\n$/, ""), match[1]));
            last = match.index + match[0].length;
          }
          const rest = text.slice(last).replace(/^\n+|\n+$/g, "");
          if (rest) parts.push(el("div", { class: "said" }, rest));
          return parts;
        }

        function output(text, label, isError) {
          if (!text) return null;
          const images = [...text.matchAll(picture)].map(match => el("img", { class: "plot", src: match[0], alt: "plot" }));
          const rest = text.replace(picture, "").trim() === "" && images.length ? "" : text.replace(picture, "[plot]");
          return [rest ? [el("div", { class: "label" }, label), el("pre", { class: isError ? "err" : "" }, rest)] : null, images];
        }

        function pretty(text) { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } }

        function toolCalls(calls, isOpen) {
          return (calls || []).map(call => el("details", { open: isOpen },
            el("summary", {}, "tool call ", el("b", {}, call.name), " ", el("span", { class: "mono" },
              call.arguments.length > 70 ? call.arguments.slice(0, 70) + "…" : call.arguments)),
            el("div", {}, code(pretty(call.arguments), "json"))));
        }

        // MARK: Conversations

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
              output(entry.stderr, "errors", true), entry.failure ? el("div", { class: "finding" }, entry.failure) : null);
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
          return fill(el("div", { id: "conversation" }), turns(entries).filter(matches), turn => turnNode(turn, colour));
        }

        function matches(turn) {
          if (!state.query) return true;
          const text = JSON.stringify([turn.message, turn.led, turn.end]).toLowerCase();
          return text.includes(JSON.stringify(state.query.toLowerCase()).slice(1, -1));
        }

        // MARK: Diff

        function gist(entry) {
          if (entry.kind === "message") return [prose(entry.text), toolCalls(entry.tool_calls, true)];
          if (entry.kind === "llm_call") return [entry.failure ? el("div", { class: "finding" }, entry.failure) : null, prose(entry.text),
            toolCalls(entry.tool_calls, true)];
          if (entry.kind === "code_run") return produced(entry);
          return el("div", { class: "said" }, endings[entry.cause] || entry.cause);
        }

        const kinds = { message: "message", llm_call: "model's answer", code_run: "code run", end: "end" };

        function heading(entry, note) {
          return el("div", { class: "who" }, el("b", {}, speakerOf(entry) || "end"), el("i", {}, entry.kind === "message" ? "to " + entry.recipient
            : kinds[entry.kind]), note, el("a", {}, "turn " + entry.turn));
        }

        function value(change, side) {
          if (change.pieces) {
            const node = el(change.is_code ? "pre" : "div", { class: change.is_code ? "" : "said" });
            for (const [sign, text] of change.pieces) {
              if (sign === "=") node.append(text);
              else if (sign === side) node.append(el(side === "-" ? "del" : "ins", {}, text));
            }
            return node;
          }
          const plain = side === "-" ? change.before : change.after;
          if (plain === undefined) return el("div", { class: "none" }, "(nothing)");
          return el(side === "-" ? "del" : "ins", { class: "mono" }, typeof plain === "string" ? plain : JSON.stringify(plain));
        }

        const fieldName = change => change.field.replaceAll("_", " ") + (change.path ? " " + change.path : "");

        function changeRows(operation, a, b, colour) {
          const changes = (operation.changes || []).filter(change => change.level !== "metric");
          const isMoved = operation.op === "moved";
          const note = side => isMoved ? el("span", { class: "badge" }, side === "-" ? "↕ moved to turn " + b.turn : "↕ moved from turn " + a.turn) : null;
          const cells = [["-", a], ["+", b]].map(([side, entry]) => el("div", { class: "cell" }, heading(entry, note(side)),
            changes.length ? changes.map(change => [el("div", { class: "field" }, fieldName(change) + " ",
              el("span", { class: "badge " + change.level }, change.level)), value(change, side)]) : gist(entry)));
          return el("div", { class: "row " + operation.op, "data-change": "" }, cells);
        }

        function oneSided(operation, entry) {
          const relation = operation.relation ? (operation.relation.is === "part" ? "part of a message" : "repetition") : "";
          const label = (operation.op === "deleted" ? "only before" : "only after") + (relation ? ", " + relation : "");
          const cell = el("div", { class: "cell" }, heading(entry, el("span", { class: "badge " + operation.op }, label)), gist(entry));
          const empty = el("div", { class: "cell empty" });
          return el("div", { class: "row " + operation.op, "data-change": "" }, operation.op === "deleted" ? [cell, empty] : [empty, cell]);
        }

        function difference(attempt) {
          const comparison = attempt.comparison;
          if (!comparison.diff) return el("p", {}, "The other run does not have this scenario.");
          const a = comparison.before.entries, b = attempt.transcript.entries;
          const rows = [];
          let same = [];
          const flush = () => { if (same.length) rows.push({ same }); same = []; };
          for (const operation of comparison.diff.operations) {
            if (operation.op === "same") same.push(operation);
            else { flush(); rows.push({ operation }); }
          }
          flush();
          const sameRow = operation => el("div", { class: "row same" }, el("div", { class: "cell" }, heading(a[operation.before.entry]),
            gist(a[operation.before.entry])), el("div", { class: "cell" }, heading(b[operation.after.entry]), gist(b[operation.after.entry])));
          const host = el("div", { class: "rows", id: "difference" }, el("div", { class: "row heads" },
            el("div", { class: "cell" }, "before · " + (report.against ? report.against.id.slice(0, 13) : "")),
            el("div", { class: "cell" }, "after · " + report.run.id.slice(0, 13))));
          return fill(host, rows, row => {
            if (row.same) {
              const button = el("button", { class: "fold", on: { click: () => button.replaceWith(...row.same.map(sameRow)) } },
                "⋯ " + count(row.same.length, "entry", "entries") + " the same");
              return button;
            }
            const operation = row.operation;
            if (operation.op === "deleted") return oneSided(operation, a[operation.before.entry]);
            if (operation.op === "inserted") return oneSided(operation, b[operation.after.entry]);
            return changeRows(operation, a[operation.before.entry], b[operation.after.entry]);
          });
        }

        function headline(attempt) {
          const diff = attempt.comparison.diff;
          if (!diff) return null;
          const first = diff.first_divergence;
          if (!first) return el("div", { class: "headline" }, "Identical to the run before, but for time and tokens.");
          const what = { changed: (first.field || "").replaceAll("_", " ") + " changed", missing: "is missing", added: "is new",
            moved: "has moved" }[first.what];
          const counts = ["behaviour", "wording"].filter(level => diff.counts[level]).map(level => diff.counts[level] + " " + level);
          return el("div", { class: "headline" }, el("b", {}, "First divergence: turn " + first.turn + (first.speaker ? ", " + first.speaker : "")),
            ", " + kinds[first.kind] + " " + what + " · " + counts.join(", "));
        }

        // MARK: Pages

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
              tile(bad, "not as expected", bad ? "bad" : ""), report.against ? tile(different, "differ from the run before") : null,
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
          return passes && (!state.query || JSON.stringify([attempt.scenario, attempt.transcript]).toLowerCase()
            .includes(JSON.stringify(state.query.toLowerCase()).slice(1, -1)));
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

        // MARK: Keys

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
