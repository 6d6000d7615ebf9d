extension PythonShim {
    /// Python 3.9 and later. It imports nothing of the program's, and does nothing without the variables.
    static let source = #"""
        """Makes this Python's HopX clients and AutoGen caches go where understudy's variables say.

        HOPX_BASE_URL takes the place of the address that is built into the HopX clients, which read no variable.
        UNDERSTUDY_CACHE_FOLDER takes the place of AutoGen's disk caches, so that every request is really made.
        UNDERSTUDY_ELSEWHERE_FILE gets a line for each other machine that the program connects to.
        Then the sitecustomize that this one hides is run, if there is one.
        """
        import hashlib
        import importlib.abc
        import importlib.machinery
        import importlib.util
        import os
        import sys
        import types

        # What the published HopX clients have built in; the second is an old one's, for templates.
        ADDRESSES = ("https://api.hopx.dev", "https://api.your-domain.com")
        HOPX = os.environ.get("HOPX_BASE_URL", "").rstrip("/")
        CACHES = os.environ.get("UNDERSTUDY_CACHE_FOLDER", "")
        ELSEWHERE = os.environ.get("UNDERSTUDY_ELSEWHERE_FILE", "")
        # Of addresses that have been looked up.
        NAMES = {}


        def redirected(value):
            """The address to be used instead of a built-in one; any other value as it is."""
            return HOPX if isinstance(value, str) and value.rstrip("/") in ADDRESSES else value


        def redirect_code(code):
            constants = tuple(
                redirect_code(value) if isinstance(value, types.CodeType) else redirected(value)
                for value in code.co_consts)
            return code if constants == code.co_consts else code.replace(co_consts=constants)


        def redirect_function(function):
            """Changes default arguments and constants, also of what a decorator has wrapped."""
            while isinstance(function, types.FunctionType):
                if function.__defaults__:
                    function.__defaults__ = tuple(map(redirected, function.__defaults__))
                for name, value in (function.__kwdefaults__ or {}).items():
                    function.__kwdefaults__[name] = redirected(value)
                function.__code__ = redirect_code(function.__code__)
                function = getattr(function, "__wrapped__", None)


        def redirect_hopx(module):
            for owner in [module, *(value for value in vars(module).values() if isinstance(value, type))]:
                if getattr(owner, "__module__", module.__name__) != module.__name__:
                    continue
                for name, value in list(vars(owner).items()):
                    if isinstance(value, (classmethod, staticmethod)):
                        redirect_function(value.__func__)
                    elif isinstance(value, property):
                        redirect_function(value.fget)
                    elif isinstance(value, types.FunctionType):
                        redirect_function(value)
                    elif isinstance(value, str) and redirected(value) != value:
                        setattr(owner, name, redirected(value))


        def redirect_caches(module):
            original = module.DiskCache.__init__

            def __init__(self, seed, *arguments, **options):
                original(self, cache_place(seed), *arguments, **options)

            module.DiskCache.__init__ = __init__


        def cache_place(seed):
            """The folder for a cache: the same for the same path, and below ours."""
            name = hashlib.sha256(os.path.abspath(str(seed)).encode("utf-8", "surrogateescape")).hexdigest()[:16]
            os.makedirs(CACHES, mode=0o700, exist_ok=True)
            try:
                os.close(os.open(os.path.join(CACHES, "told"), os.O_CREAT | os.O_EXCL, 0o600))
                print(
                    "understudy: AutoGen's disk cache %s is left alone; this run has a new one in %s"
                    % (os.path.relpath(str(seed)), CACHES), file=sys.stderr)
            except FileExistsError:
                pass
            return os.path.join(CACHES, name)


        def keep_names(module):
            original = module.getaddrinfo

            def getaddrinfo(host, *arguments, **options):
                found = original(host, *arguments, **options)
                if isinstance(host, str):
                    NAMES.update((address[0], host) for *_, address in found)
                return found

            module.getaddrinfo = getaddrinfo


        def watch_connections():
            """Writes down, once each, where connections go that leave this machine."""
            told = set()

            def hook(event, arguments):
                if event != "socket.connect":
                    return
                socket, address = arguments
                # Datagrams leave no connection, and other families no machine.
                if not isinstance(address, tuple) or not socket.type & 1 or is_local(str(address[0])):
                    return
                line = "%s:%s\n" % (NAMES.get(address[0], address[0]), address[1])
                if line in told:
                    return
                told.add(line)
                try:
                    file = os.open(ELSEWHERE, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
                    os.write(file, line.encode("utf-8", "replace"))
                    os.close(file)
                except OSError:
                    pass

            sys.addaudithook(hook)


        def is_local(host):
            host = host[7:] if host.startswith("::ffff:") else host
            return host.startswith("127.") or host in ("localhost", "::1", "::", "0.0.0.0", "")


        def change_for(name):
            """What is to be done with a module once it has been loaded; None for nothing."""
            if HOPX and name.partition(".")[0] in ("hopx_ai", "hopx"):
                return redirect_hopx
            if CACHES and name == "autogen.cache.disk_cache":
                return redirect_caches
            if ELSEWHERE and name == "socket":
                return keep_names
            return None


        class ChangingLoader(importlib.abc.Loader):
            """Loads a module with the loader it has anyway, and changes it before anybody sees it."""

            def __init__(self, loader, change):
                self.loader = loader
                self.change = change

            def __getattr__(self, name):
                return getattr(self.loader, name)

            def create_module(self, spec):
                return self.loader.create_module(spec)

            def exec_module(self, module):
                module.__spec__.loader = module.__loader__ = self.loader
                self.loader.exec_module(module)
                self.change(module)


        class ChangingFinder(importlib.abc.MetaPathFinder):
            """Lets the other finders find a module, and has it changed."""

            def __init__(self):
                # What is being looked for: another finder may ask all of them, and so this one, again.
                self.wanted = set()

            def find_spec(self, name, path=None, target=None):
                change = change_for(name)
                if change is None or name in self.wanted:
                    return None
                self.wanted.add(name)
                try:
                    return self.find_by_others(name, path, target, change)
                finally:
                    self.wanted.discard(name)

            def find_by_others(self, name, path, target, change):
                for finder in sys.meta_path:
                    find = getattr(finder, "find_spec", None)
                    spec = find(name, path, target) if find and finder is not self else None
                    if spec is not None:
                        if hasattr(spec.loader, "exec_module"):
                            spec.loader = ChangingLoader(spec.loader, change)
                        return spec
                return None


        def run_hidden():
            """Runs the next sitecustomize on the path, which is then the one that programs import."""
            own = os.path.realpath(os.path.dirname(os.path.abspath(__file__)))
            path = [entry for entry in sys.path if os.path.realpath(entry or os.curdir) != own]
            spec = importlib.machinery.PathFinder.find_spec("sitecustomize", path)
            if spec is not None and spec.loader is not None:
                module = importlib.util.module_from_spec(spec)
                sys.modules["sitecustomize"] = module
                spec.loader.exec_module(module)


        if ELSEWHERE:
            watch_connections()
        if HOPX or CACHES or ELSEWHERE:
            sys.meta_path.insert(0, ChangingFinder())
        run_hidden()

        """#
}
