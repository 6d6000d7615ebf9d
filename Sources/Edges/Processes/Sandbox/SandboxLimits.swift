import Documents

/// What one sandbox may use.
public struct SandboxLimits: Sendable, Equatable {
    /// Bytes; of the sandbox with its files where there are control groups, else of each process.
    public var memory = 2 << 30
    /// Processes and threads at a time.
    public var processes = 256
    /// Seconds of CPU for each process; the interpreter is one for all its calls.
    public var cpuSeconds = 3600
    /// Bytes of one file, and of all files in each writable place; they are in memory.
    public var fileSpace = 512 << 20
    /// Descriptors of each process.
    public var descriptors = 1024
    /// Bytes kept of each of a program's two outputs; the rest is counted and dropped.
    public var output = 1 << 20
    /// Bytes of a file that can be read back.
    public var fileRead = 64 << 20
    /// Bytes of figures and tables that one run can show.
    public var richOutput = 8 << 20

    public init() {}

    /// For each process, by the system's names.
    var resources: JSONValue {
        // DATA and not AS: some runtimes reserve far more addresses than they ever use.
        [
            "DATA": .number(memory), "NPROC": .number(processes), "CPU": .number(cpuSeconds),
            "FSIZE": .number(fileSpace), "NOFILE": .number(descriptors), "CORE": 0,
        ]
    }
}
