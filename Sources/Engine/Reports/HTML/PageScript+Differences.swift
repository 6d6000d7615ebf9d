extension PageScript {
    /// Two transcripts side by side.
    static let difference = ##"""
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
          if (!comparison.diff) return el("p", {}, isBaseline ? "Nothing was accepted yet." : "The other run does not have this scenario.");
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
            el("div", { class: "cell" }, (isBaseline ? "accepted" : "before · " + report.against.id.slice(0, 13))),
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
          if (!first) return el("div", { class: "headline" }, "Identical to " + other + ", but for time and tokens.");
          const what = { changed: (first.field || "").replaceAll("_", " ") + " changed", missing: "is missing", added: "is new",
            moved: "has moved" }[first.what];
          const counts = ["behaviour", "wording"].filter(level => diff.counts[level]).map(level => diff.counts[level] + " " + level);
          return el("div", { class: "headline" }, el("b", {}, "First divergence: turn " + first.turn + (first.speaker ? ", " + first.speaker : "")),
            ", " + kinds[first.kind] + " " + what + " · " + counts.join(", "));
        }
        """##
}
