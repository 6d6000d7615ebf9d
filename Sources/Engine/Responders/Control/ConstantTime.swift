extension String {
    /// Equality of bytes, whatever the first difference, so that timing tells nothing of a secret but its length.
    func isEqualInConstantTime(to other: String) -> Bool {
        let a = Array(utf8), b = Array(other.utf8)
        guard a.count == b.count else { return false }
        return zip(a, b).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
