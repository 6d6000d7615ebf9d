import Documents

/// What a sandbox is given of a machine.
public struct HopXResources: Sendable, Equatable {
    public var processors: Int
    public var memoryMegabytes: Int
    public var diskGigabytes: Int

    public init(processors: Int, memoryMegabytes: Int, diskGigabytes: Int) {
        self.processors = processors
        self.memoryMegabytes = memoryMegabytes
        self.diskGigabytes = diskGigabytes
    }

    public static let standard = HopXResources(processors: 2, memoryMegabytes: 2048, diskGigabytes: 10)
    static let least = HopXResources(processors: 1, memoryMegabytes: 512, diskGigabytes: 1)
    static let most = HopXResources(processors: 16, memoryMegabytes: 65536, diskGigabytes: 500)

    /// A sandbox's; clients take all three members or fail.
    var sandboxBody: JSONValue {
        [
            "vcpu": .number(processors), "memory_mb": .number(memoryMegabytes),
            "disk_mb": .number(diskGigabytes * 1024),
        ]
    }

    /// A template's, whose disk is counted in another unit.
    var templateBody: JSONValue {
        [
            "vcpu": .number(processors), "memory_mb": .number(memoryMegabytes), "disk_gb": .number(diskGigabytes),
        ]
    }
}
