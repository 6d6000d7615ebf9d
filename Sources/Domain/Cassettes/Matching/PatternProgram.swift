/// A regular expression as a list of instructions, all of whose threads go through a text side by side.
///
/// Of the matches that begin first it finds the one that a backtracking matcher would, without ever going back (R. Cox,
/// "Regular Expression Matching: the Virtual Machine Approach", the Pike machine).
struct PatternProgram: Sendable {
    private enum Instruction: Sendable {
        case take(PatternSyntax.ScalarSet)
        case check(PatternSyntax.Assertion)
        /// The first is preferred.
        case fork(Int, Int)
        case jump(Int)
        case found
    }

    /// Larger programs are refused: their time grows with their size.
    private static let sizeLimit = 5000

    private var instructions: [Instruction] = []
    /// ASCII scalars that a match can begin with; every other scalar can.
    private var beginnings = [Bool](repeating: false, count: 128)

    init(_ expression: String) throws(MatchPattern.Problem) {
        try compile(try PatternSyntax.parse(expression))
        instructions.append(.found)
        var seen = Set<Int>()
        noteBeginnings(at: 0, &seen)
    }

    // MARK: Compiling

    private mutating func compile(_ node: PatternSyntax.Node) throws(MatchPattern.Problem) {
        guard instructions.count < PatternProgram.sizeLimit else {
            throw MatchPattern.Problem(message: "the pattern is too large", expected: "fewer and smaller repetitions")
        }
        switch node {
        case .set(let set): instructions.append(.take(set))
        case .assertion(let assertion): instructions.append(.check(assertion))
        case .sequence(let nodes):
            for node in nodes { try compile(node) }
        case .choice(let nodes):
            var ends: [Int] = []
            for node in nodes.dropLast() {
                let fork = instructions.count
                instructions.append(.jump(0))
                try compile(node)
                ends.append(instructions.count)
                instructions.append(.jump(0))
                instructions[fork] = .fork(fork + 1, instructions.count)
            }
            if let last = nodes.last { try compile(last) }
            for end in ends { instructions[end] = .jump(instructions.count) }
        case .repetition(let node, let least, let most, let isGreedy):
            for _ in 0..<least { try compile(node) }
            guard let most else {
                let fork = instructions.count
                instructions.append(.jump(0))
                try compile(node)
                instructions.append(.jump(fork))
                instructions[fork] = PatternProgram.fork(into: fork + 1, past: instructions.count, isGreedy)
                return
            }
            var forks: [Int] = []
            for _ in least..<most {
                forks.append(instructions.count)
                instructions.append(.jump(0))
                try compile(node)
            }
            for fork in forks {
                instructions[fork] = PatternProgram.fork(into: fork + 1, past: instructions.count, isGreedy)
            }
        }
    }

    private static func fork(into: Int, past: Int, _ isGreedy: Bool) -> Instruction {
        isGreedy ? .fork(into, past) : .fork(past, into)
    }

    private mutating func noteBeginnings(at position: Int, _ seen: inout Set<Int>) {
        guard seen.insert(position).inserted else { return }
        switch instructions[position] {
        case .take(let set):
            for scalar in 0..<128 where set.contains(UInt32(scalar)) { beginnings[scalar] = true }
        case .check: noteBeginnings(at: position + 1, &seen)
        case .jump(let target): noteBeginnings(at: target, &seen)
        case .fork(let a, let b):
            noteBeginnings(at: a, &seen)
            noteBeginnings(at: b, &seen)
        case .found: break
        }
    }

    // MARK: Matching

    /// A text with every match replaced, from the left and without overlaps; nil when there is none.
    func replacing(in text: String, with replacement: (String) -> String) -> String? {
        let scalars = Array(text.unicodeScalars)
        // Most texts hold nothing that a match can begin with.
        guard scalars.contains(where: canBegin) else { return nil }
        var machine = Machine(program: self, scalars: scalars)
        var out = String.UnicodeScalarView()
        var position = 0
        while let match = machine.firstMatch(from: position) {
            out.append(contentsOf: scalars[position..<match.lowerBound])
            var matched = String.UnicodeScalarView()
            matched.append(contentsOf: scalars[match])
            out.append(contentsOf: replacement(String(matched)).unicodeScalars)
            position = match.upperBound
        }
        guard position > 0 else { return nil }
        out.append(contentsOf: scalars[position...])
        return String(out)
    }

    private func canBegin(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 128 || beginnings[Int(scalar.value)] }

    private struct Machine {
        let program: PatternProgram
        let scalars: [Unicode.Scalar]
        /// For each instruction, the last step in which a thread stood on it.
        private var visited: [Int]
        private var step = 0

        init(program: PatternProgram, scalars: [Unicode.Scalar]) {
            self.program = program
            self.scalars = scalars
            visited = Array(repeating: -1, count: program.instructions.count)
        }

        /// The preferred match of those that begin first.
        mutating func firstMatch(from start: Int) -> Range<Int>? {
            var threads: [(instruction: Int, start: Int)] = []
            var best: Range<Int>?
            var position = start
            while true {
                if best == nil {
                    if threads.isEmpty {
                        while position < scalars.count, !program.canBegin(scalars[position]) { position += 1 }
                    }
                    if position == scalars.count, threads.isEmpty { return nil }
                }
                step += 1
                var standing: [(instruction: Int, start: Int)] = []
                for thread in threads { add(thread.instruction, thread.start, at: position, to: &standing) }
                if best == nil { add(0, position, at: position, to: &standing) }
                threads = []
                for thread in standing {
                    switch program.instructions[thread.instruction] {
                    case .found: best = thread.start..<position
                    case .take(let set):
                        if position < scalars.count, set.contains(scalars[position].value) {
                            threads.append((thread.instruction + 1, thread.start))
                        }
                        continue
                    case .check, .fork, .jump: continue
                    }
                    // Those that come after it are less preferred.
                    break
                }
                if threads.isEmpty, best != nil { return best }
                guard position < scalars.count else { return best }
                position += 1
            }
        }

        /// Follows what takes no scalar, the preferred way first.
        private mutating func add(
            _ instruction: Int, _ start: Int, at position: Int, to threads: inout [(instruction: Int, start: Int)]
        ) {
            var pending = [instruction]
            while let current = pending.popLast() {
                guard visited[current] != step else { continue }
                visited[current] = step
                switch program.instructions[current] {
                case .take, .found: threads.append((current, start))
                case .jump(let target): pending.append(target)
                case .fork(let first, let second): pending += [second, first]
                case .check(let assertion): if holds(assertion, at: position) { pending.append(current + 1) }
                }
            }
        }

        private func holds(_ assertion: PatternSyntax.Assertion, at position: Int) -> Bool {
            switch assertion {
            case .start: position == 0
            case .end: position == scalars.count
            case .wordBoundary: isWord(position - 1) != isWord(position)
            case .noWordBoundary: isWord(position - 1) == isWord(position)
            }
        }

        private func isWord(_ position: Int) -> Bool {
            scalars.indices.contains(position) && PatternSyntax.ScalarSet.word.contains(scalars[position].value)
        }
    }
}
