/// The Python program in which a sandbox's Python code runs, its variables kept from one piece of code to the next.
///
/// It takes requests from the first descriptor it is given, each its length and Python's own bytes, and writes for each a
/// line to the second: the exit code and, as JSON, what was shown. Standard output and standard error are the user's alone.
let interpreterScript = interpreterBeginning + richOutputScript + interpreterBody

private let interpreterBeginning = #"""
    import sys

    def _main():
        import _ast, marshal, os

        system_path = [folder for folder in sys.path if folder]

        def load(name):
            """A module of the library, imported when it is needed: not one of that name in the folder of the user's."""
            path, sys.path = sys.path, system_path
            try:
                return __import__(name)
            finally:
                sys.path = path

    """#

private let interpreterBody = #"""

        requests, replies = os.fdopen(int(sys.argv[1]), "rb"), int(sys.argv[2])
        sys.argv = [""]
        module = type(sys)("__main__")
        module.__builtins__ = __builtins__
        sys.modules["__main__"] = module
        own_pid, out, err = os.getpid(), os.dup(1), os.dup(2)

        def flush():
            for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
                try:
                    stream.flush()
                except Exception:
                    pass

        def complain(text):
            try:
                print(text, end="", file=sys.stderr)
            except Exception:
                os.write(err, text.encode("utf-8", "backslashreplace"))

        def compiled(code, name):
            """The code, and its last line apart from it where that is an expression, whose value is shown."""
            tree = compile(code, name, "exec", _ast.PyCF_ONLY_AST, dont_inherit=True)
            last = None
            if tree.body and isinstance(tree.body[-1], _ast.Expr):
                last = compile(_ast.Expression(tree.body.pop().value), name, "eval", dont_inherit=True)
            return compile(tree, name, "exec", dont_inherit=True), last

        def run(code, name):
            sources[name] = (len(code), None, code.splitlines(True), name)
            if "linecache" in sys.modules:
                keep_sources(sys.modules["linecache"])
            try:
                first, last = compiled(code, name)
                exec(first, module.__dict__)
                if last is not None:
                    outputs.show_value(eval(last, module.__dict__))
            except SystemExit as exit:
                if exit.code is None:
                    return 0
                if isinstance(exit.code, int):
                    return exit.code & 0xFF
                complain(str(exit.code) + "\n")
                return 1
            except BaseException as error:
                try:
                    # Without the frames of this program.
                    trace = error.__traceback__.tb_next
                    if trace is not None and trace.tb_frame.f_code is compiled.__code__:
                        trace = None
                    lines = load("traceback").format_exception(type(error), error, trace)
                except BaseException:
                    lines = [type(error).__name__, ": its description cannot be shown\n"]
                complain("".join(lines))
                return 1
            return 0

        while True:
            size = requests.readline()
            if not size:
                break
            request = marshal.loads(requests.read(int(size)))
            # In case the code before closed or replaced them.
            os.dup2(out, 1)
            os.dup2(err, 2)
            sys.stdout = sys.stdout if not getattr(sys.stdout, "closed", True) else open(1, "w", closefd=False)
            sys.stderr = sys.stderr if not getattr(sys.stderr, "closed", True) else open(2, "w", closefd=False)
            for stream in (sys.stdout, sys.stderr):
                try:
                    # Who watches sees each line when it is printed; a pipe would keep them until there are many.
                    stream.reconfigure(line_buffering=request["streams"])
                except Exception:
                    pass
            previous = {name: os.environ.get(name) for name in request["environment"]}
            os.environ.update(request["environment"])
            outputs.begin(request["rich_limit"])
            try:
                os.chdir(request["directory"])
                code = run(request["code"], request["name"])
                outputs.show_figures()
            except BaseException as error:
                complain("%s: %s\n" % (type(error).__name__, error))
                code = 1
            for note in outputs.notes:
                complain(note)
            flush()
            if os.getpid() != own_pid:
                # A fork of the user's that ran to the end of the code.
                os._exit(code)
            for name, value in previous.items():
                # What the code itself has set stays.
                if os.environ.get(name) == request["environment"][name]:
                    if value is None:
                        os.environ.pop(name, None)
                    else:
                        os.environ[name] = value
            items = outputs.taken()
            shown = load("json").dumps(items).encode() if items else b"[]"
            reply = memoryview(b"%d %s\n" % (code, shown))
            while reply:
                reply = reply[os.write(replies, reply):]

    _main()
    """#
