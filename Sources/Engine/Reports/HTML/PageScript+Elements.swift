extension PageScript {
    /// The report's data, elements, and the words for states and numbers.
    static let element = ##"""
        "use strict";
        const report = JSON.parse(document.getElementById("report").textContent);
        const attempts = report.attempts;
        const state = { at: -1, tab: "conversation", filter: "all", query: "" };
        // What it is compared with: another run, or what was accepted.
        const isBaseline = Boolean(report.against) && report.against.id === "baseline";
        const other = isBaseline ? "what was accepted" : "the run before";
        const $ = id => document.getElementById(id);

        // Signs that turn the direction of writing, and so hide what stands there, are spelled out.
        const spelled = text => text.replace(/[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g,
          sign => "<U+" + sign.codePointAt(0).toString(16).toUpperCase().padStart(4, "0") + ">");

        // Everything an agent said goes in as text, never as markup.
        function el(name, attributes, ...children) {
          const node = document.createElement(name);
          for (const [key, value] of Object.entries(attributes || {})) {
            if (value === undefined || value === null || value === false) continue;
            if (key === "on") for (const [event, action] of Object.entries(value)) node.addEventListener(event, action);
            else if (key === "class") node.className = value;
            else node.setAttribute(key, value === true ? "" : value);
          }
          for (const child of children.flat(Infinity)) if (child !== null && child !== undefined)
            node.append(typeof child === "string" ? spelled(child) : child);
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
        """##
}
