/// The Python program in which a sandbox's Python code runs, its variables kept from one piece of code to the next.
///
/// It takes one JSON request a line from the first descriptor it is given, and writes each exit code to the second.
/// Standard output and standard error are the user's alone.
let interpreterScript = #"""
    import sys

    def _main():
        import json, linecache, os, traceback, types

        requests, replies = os.fdopen(int(sys.argv[1]), "rb"), int(sys.argv[2])
        sys.argv = [""]
        module = types.ModuleType("__main__")
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

        def run(code, name):
            linecache.cache[name] = (len(code), None, code.splitlines(True), name)
            try:
                exec(compile(code, name, "exec", dont_inherit=True), module.__dict__)
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
                    lines = traceback.format_exception(type(error), error, trace)
                except BaseException:
                    lines = [type(error).__name__, ": its description cannot be shown\n"]
                complain("".join(lines))
                return 1
            return 0

        for line in requests:
            request = json.loads(line)
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
            try:
                os.chdir(request["directory"])
                code = run(request["code"], request["name"])
            except BaseException as error:
                complain("%s: %s\n" % (type(error).__name__, error))
                code = 1
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
            os.write(replies, b"%d\n" % code)

    _main()
    """#
