extension Terminal {
    /// Rows under faint titles, each column as wide as it needs.
    func table(_ titles: [String], _ rows: [[Line]]) -> [Line] {
        let all = [titles.map { Line($0, .faint) }] + rows
        let widths = titles.indices.map { column in all.map { $0[column].columns }.max() ?? 0 }
        return all.map { row in zip(row, widths).map { $0.padded(to: $1 + 2) }.reduce(Line(), +) }
    }
}
