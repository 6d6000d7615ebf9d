import Documents
import HopXProtocol
import Processes
import Testing

/// The libraries are stand-ins in the sandbox's own folder: what is tested is when they are asked, and for what.
@Suite(.enabled(if: LocalSandbox.isPossibleHere)) struct RichOutputTests {
    private func withLibraries(_ body: (LocalSandbox) async throws -> Void) async throws {
        try await withSandboxes { backend in
            for (path, text) in [
                ("matplotlib/__init__.py", ""), ("matplotlib/pyplot.py", RichOutputTests.pyplot),
                ("pandas.py", RichOutputTests.pandas), ("plotly/__init__.py", ""),
                ("plotly/basedatatypes.py", RichOutputTests.plotly),
            ] {
                try await backend.write(FileWrite(path: "/workspace/" + path, bytes: Array(text.utf8)), in: "main")
            }
            try await body(backend)
        }
    }

    private static let pyplot = """
        figures = {}
        class Figure:
            def __init__(self, number): self.number = number
            def savefig(self, file, format, metadata): file.write(b"%s %d" % (format.encode(), self.number))
        def figure(number=None):
            number = number or len(figures) + 1
            return figures.setdefault(number, Figure(number))
        def get_fignums(): return list(figures)
        def close(figure): figures.pop(figure.number, None)
        def show(): raise RuntimeError("there is no screen")
        """

    private static let pandas = """
        import json
        class DataFrame:
            shape = (2, 1)
            def head(self, count): return self
            def to_json(self, **options): return json.dumps({"columns": ["a"], "index": [0, 1], "data": [[1], [2]]})
            def _repr_html_(self): return "<table></table>"
        """

    private static let plotly = """
        class BaseFigure:
            def to_plotly_json(self): return {}
            def to_json(self): return '{"data": [1], "layout": {}}'
            def show(self): raise RuntimeError("there is no browser")
        """

    /// `png 1` and `png 2` in base64.
    private static let first = RichOutput(.png, "cG5nIDE=", source: "matplotlib")
    private static let second = RichOutput(.png, "cG5nIDI=", source: "matplotlib")

    @Test func figuresThatAreOpenAtTheEndAreShownOnce() async throws {
        try await withLibraries { (backend) async throws in
            let two = try await backend.python("from matplotlib import pyplot as p\np.figure()\np.figure(); pass")
            #expect(two.richOutputs == [RichOutputTests.first, RichOutputTests.second])
            #expect(try await backend.python("pass").richOutputs.isEmpty)
            let shown = try await backend.python("p.figure()\np.show()\nprint('after')")
            #expect(shown.richOutputs == [RichOutputTests.first] && shown.stdout == "after\n")
            #expect(try await backend.python("p.figure()").richOutputs == [RichOutputTests.first])
            let failing = try await backend.python("p.figure()\n1 / 0")
            #expect(failing.exitCode == 1 && failing.richOutputs == [RichOutputTests.first])
        }
    }

    @Test func tableAsTheLastValueIsDataAndMarkup() async throws {
        try await withLibraries { (backend) async throws in
            let expected = [
                RichOutput(
                    .dataframe, ["columns": ["a"], "index": [0, 1], "data": [[1], [2]], "shape": [2, 1]],
                    source: "pandas"),
                RichOutput(.html, "<table></table>", source: "pandas"),
            ]
            #expect(try await backend.python("import pandas\npandas.DataFrame()").richOutputs == expected)
            #expect(try await backend.python("t = pandas.DataFrame()").richOutputs.isEmpty)
            #expect(try await backend.python("display(t)\nprint(1)").richOutputs == expected)
        }
    }

    @Test func interactiveFigureIsItsDescriptionAndOpensNoBrowser() async throws {
        try await withLibraries { (backend) async throws in
            let expected = [RichOutput(.json, ["data": [1], "layout": [:]], source: "plotly")]
            let code = "from plotly.basedatatypes import BaseFigure\nf = BaseFigure()\n"
            #expect(try await backend.python(code + "f").richOutputs == expected)
            let shown = try await backend.python("f.show()")
            #expect(shown.richOutputs == expected && shown.stderr == "")
        }
    }

    @Test func valuesShowThemselvesAsTheyCan() async throws {
        try await withSandboxes { (backend) async throws in
            for (code, expected) in [
                ("1 + 1", [RichOutput(.result, "2")]), ("x = 1", []), ("None", []),
                ("'text'", [RichOutput(.result, "'text'")]),
                ("class A:\n  def _repr_svg_(self): return '<svg/>'\nA()", [RichOutput(.svg, "<svg/>")]),
                ("class A:\n  def _repr_png_(self): return b'png 1'\nA()", [RichOutput(.png, "cG5nIDE=")]),
                ("class A:\n  def _repr_json_(self): return [1]\nA()", [RichOutput(.json, [1])]),
                (
                    "class A:\n  def _repr_html_(self): return None\n  def __repr__(self): return 'A'\nA()",
                    [RichOutput(.result, "A")]
                ),
            ] as [(String, [RichOutput])] {
                #expect(try await backend.python(code).richOutputs == expected, "\(code)")
            }
            let broken = try await backend.python("class A:\n  def __repr__(self): 1 / 0\nA()")
            #expect(broken.exitCode == 0 && broken.richOutputs.isEmpty)
            #expect(broken.stderr == "[the last value cannot be shown: ZeroDivisionError: division by zero]\n")
        }
    }

    @Test func whatIsTooLargeIsLeftOutWithANotice() async throws {
        var limits = SandboxLimits()
        limits.richOutput = 1000
        try await withSandboxes(limits: limits) { (backend) async throws in
            let outcome = try await backend.python("'x' * 2000")
            #expect(outcome.richOutputs.isEmpty && outcome.exitCode == 0)
            #expect(outcome.stderr == "[rich output left out: result of 2002 bytes]\n")
            #expect(try await backend.python("5").richOutputs == [RichOutput(.result, "5")])
        }
    }
}
