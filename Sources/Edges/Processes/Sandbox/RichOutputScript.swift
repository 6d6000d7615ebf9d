/// The part of the interpreter's Python program that gathers what code shows besides text: figures, tables, documents.
///
/// Libraries are not imported here, which would cost every sandbox their start; each is adapted when code imports it.
let richOutputScript = #"""
        class RichOutputs:
            """What one piece of code has shown, in order, up to so many bytes."""

            items, notes, room = [], [], 0

            def begin(self, limit):
                self.items, self.notes, self.room = [], [], limit

            def add(self, kind, value, source="other"):
                size = len(value) if isinstance(value, str) else len(load("json").dumps(value))
                if size > self.room:
                    self.notes.append("[rich output left out: %s of %d bytes]\n" % (kind, size))
                    return
                self.room -= size
                self.items.append({"kind": kind, "value": value, "source": source, "size": size})

            def taken(self):
                items, self.items = self.items, []
                return items

            def show_value(self, value):
                """The value of a last line: as itself where it can be shown, and in words."""
                if value is None:
                    return
                try:
                    if not self.show(value):
                        self.add("result", repr(value))
                except Exception as error:
                    # The code itself has succeeded.
                    self.notes.append("[the last value cannot be shown: %s: %s]\n" % (type(error).__name__, error))

            def show(self, value):
                """True when there is more to the value than words."""
                found = len(self.items)
                kind, package = type(value), type(value).__module__.partition(".")[0]
                if package in ("pandas", "polars") and kind.__name__ == "DataFrame":
                    self.show_table(value, package)
                elif package == "plotly" and hasattr(value, "to_plotly_json"):
                    self.add("json", load("json").loads(value.to_json()), "plotly")
                elif package == "matplotlib" and hasattr(value, "savefig"):
                    self.show_figure(value)
                elif not isinstance(value, type):
                    self.show_document(value)
                return len(self.items) > found

            def show_table(self, frame, package):
                most = 1000
                head = frame.head(most)
                if package == "pandas":
                    table = load("json").loads(head.to_json(orient="split", date_format="iso", default_handler=str))
                else:
                    table = {"columns": head.columns, "data": [[str(value) if type(value) not in (int, float, bool, str, type(None)) else value for value in row] for row in head.rows()]}
                table["shape"] = list(frame.shape)
                self.add("dataframe", table, package)
                self.add("html", frame._repr_html_(), package)

            def show_document(self, value):
                """Anything that describes itself as notebooks ask for it."""
                for kind in "png", "html", "svg", "markdown", "json":
                    method = getattr(value, "_repr_%s_" % kind, None)
                    if not callable(method):
                        continue
                    content = method()
                    if isinstance(content, tuple):
                        content = content[0]
                    if isinstance(content, bytes) and kind == "png":
                        content = load("binascii").b2a_base64(content, newline=False).decode()
                    if isinstance(content, (dict, list) if kind == "json" else str):
                        self.add(kind, content)

            def show_figure(self, figure):
                file = load("io").BytesIO()
                # Without the version: the same figure is the same bytes.
                figure.savefig(file, format="png", metadata={"Software": None})
                self.add("png", load("binascii").b2a_base64(file.getvalue(), newline=False).decode(), "matplotlib")
                plots = sys.modules.get("matplotlib.pyplot")
                if plots is not None:
                    # Or it would be shown once more at the end.
                    plots.close(figure)

            def show_figures(self):
                """All figures that are open, which closes them."""
                plots = sys.modules.get("matplotlib.pyplot")
                try:
                    for number in plots.get_fignums() if plots is not None else []:
                        self.show_figure(plots.figure(number))
                except Exception as error:
                    self.notes.append("[a figure cannot be drawn: %s: %s]\n" % (type(error).__name__, error))


        outputs = RichOutputs()


        # The code of each run, for tracebacks and warnings that quote it.
        sources = {}

        def keep_sources(module):
            module.cache.update(sources)

        def adapt_plots(plots):
            plots.show = lambda *arguments, **options: outputs.show_figures()

        def adapt_plotly(figures):
            # It would open a browser.
            figures.BaseFigure.show = lambda figure, *arguments, **options: outputs.show(figure) and None

        ADAPTED = {"linecache": keep_sources, "matplotlib.pyplot": adapt_plots, "plotly.basedatatypes": adapt_plotly}

        class Adapter:
            """Finds the modules above as anybody would, and changes them once they are loaded."""

            def find_spec(self, name, path=None, target=None):
                if name not in ADAPTED:
                    return None
                for finder in sys.meta_path:
                    spec = None if finder is self else finder.find_spec(name, path, target)
                    if spec is not None:
                        break
                else:
                    return None
                load = getattr(spec.loader, "exec_module", None)
                if load is None:
                    return spec

                def load_and_adapt(module):
                    load(module)
                    try:
                        ADAPTED[name](module)
                    except AttributeError:
                        # Something else of that name.
                        pass

                spec.loader.exec_module = load_and_adapt
                return spec

        sys.meta_path.insert(0, Adapter())

        def display(*values):
            for value in values:
                if not outputs.show(value):
                    print(value)

        load("builtins").display = display

    """#
