extension PageScript {
    /// Code with its colours, prose, outputs, tool calls.
    static let text = ##"""
        const keywords = new Set(("and as assert async await break case class const continue def del do done echo elif else esac except " +
          "export extends False fi finally for from function global if import in is lambda let new None nonlocal not of or pass raise " +
          "return static switch then this throw True true false null try typeof undefined var while with yield").split(" "));
        const lexeme = /("""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?)|(#[^\n]*|\/\/[^\n]*)|(\b\d[\w.]*\b)|([A-Za-z_]\w*)/g;

        function code(text, language) {
          const pre = el("pre", { "data-language": language || "" });
          text = spelled(text);
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

        const figures = { png: "image/png", svg: "image/svg+xml" };

        /** What code showed: figures as pictures, which run no script; all else as the text that it is. */
        function exhibit(item) {
          const type = figures[item.kind], value = item.value;
          if (value === undefined) return el("div", { class: "field" }, item.kind + ", " + count(item.bytes, "byte") + ", not kept");
          if (type && typeof value === "string") {
            const isCoded = /^[A-Za-z0-9+\/=\s]+$/.test(value);
            const source = isCoded ? ";base64," + value.replace(/\s/g, "") : ";charset=utf-8," + encodeURIComponent(value);
            return el("img", { class: "plot", src: "data:" + type + source, alt: item.kind + " shown by the code" });
          }
          const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
          return [el("div", { class: "label" }, "showed " + item.kind), code(text, item.kind === "json" || item.kind === "dataframe" ? "json" : item.kind)];
        }

        function pretty(text) { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } }

        function toolCalls(calls, isOpen) {
          return (calls || []).map(call => el("details", { open: isOpen },
            el("summary", {}, "tool call ", el("b", {}, call.name), " ", el("span", { class: "mono" },
              call.arguments.length > 70 ? call.arguments.slice(0, 70) + "…" : call.arguments)),
            el("div", {}, code(pretty(call.arguments), "json"))));
        }
        """##
}
