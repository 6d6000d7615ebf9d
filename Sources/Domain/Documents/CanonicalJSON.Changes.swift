extension CanonicalJSON {
    /// What is left out of a JSON text, or renamed in it, on its way to its canonical form.
    ///
    /// Places are those of the outermost object: of lists and single values nothing is left out.
    public struct Changes: Sendable {
        /// One member that does not count.
        public struct Omission: Sendable {
            fileprivate enum Condition { case always, whenValueIs([UInt8]) }

            fileprivate let name: [UInt8]
            /// A member of the member's own object, which is meant instead.
            fileprivate var inner: [UInt8]?
            /// Whether the own object is an item of a list.
            fileprivate var isOfItems = false
            fileprivate var condition = Condition.always

            /// A member of the outermost object.
            public static func member(_ name: StaticString) -> Omission { Omission(name: quoted(name)) }

            /// A member of the outermost object when its canonical value is this text.
            public static func member(_ name: StaticString, withValue value: [UInt8]) -> Omission {
                Omission(name: quoted(name), condition: .whenValueIs(value))
            }

            /// A member of an object that is a member of the outermost one.
            public static func member(_ inner: StaticString, of name: StaticString) -> Omission {
                Omission(name: quoted(name), inner: quoted(inner))
            }

            /// A member of the objects in a list that is a member of the outermost object.
            public static func member(_ inner: StaticString, ofItemsOf name: StaticString) -> Omission {
                Omission(name: quoted(name), inner: quoted(inner), isOfItems: true)
            }

            private static func quoted(_ name: StaticString) -> [UInt8] { Array("\"\(name)\"".utf8) }
        }

        /// Names with two spellings, and where names belong to somebody else.
        public struct Renaming: Sendable {
            fileprivate let names: [[UInt8]: [UInt8]]
            /// Names that change whose the names below are, at the index of their length with quotes.
            fileprivate var bounds: [[(name: [UInt8], scope: Scope)]] = []

            /// - Parameters:
            ///   - names: Spelling, which has an underscore, → spelling in the canonical form.
            ///   - opaque: In canonical spelling: members in whose values nothing is renamed.
            ///   - named: Members whose values have names of their own, over values in which names are renamed again.
            public init(_ names: [String: String], opaque: Set<String>, named: Set<String>) {
                func quoted(_ name: String) -> [UInt8] { Array("\"\(name)\"".utf8) }
                self.names = Dictionary(uniqueKeysWithValues: names.map { (quoted($0.key), quoted($0.value)) })
                for (name, scope) in opaque.map({ (quoted($0), Scope.somebodyElse) })
                    + named.map({ (quoted($0), .ownNames) })
                {
                    while bounds.count <= name.count { bounds.append([]) }
                    bounds[name.count].append((name, scope))
                }
            }

            /// Whose the names of an object are.
            enum Scope { case somebodyElse, ours, ownNames }
        }

        /// Members of the outermost object that are null are left out.
        public var omitsNulls: Bool
        public var omissions: [Omission]
        /// Renames nothing at all when an object would have one name twice.
        public var renaming: Renaming?

        public init(omitsNulls: Bool = false, omissions: [Omission] = [], renaming: Renaming? = nil) {
            self.omitsNulls = omitsNulls
            self.omissions = omissions
            self.renaming = renaming
        }
    }
}

extension CanonicalJSON.Changes {
    /// - Parameters:
    ///   - name: Of a member of the outermost object, canonical and with its quotes.
    ///   - value: Canonical.
    func omits(_ name: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool {
        if omitsNulls, value.count == 4, value.first == UInt8(ascii: "n") { return true }
        return omissions.contains { omission in
            guard omission.inner == nil, name.elementsEqual(omission.name) else { return false }
            return switch omission.condition {
            case .always: true
            case .whenValueIs(let text): value.elementsEqual(text)
            }
        }
    }

    /// The names that are left out of the object that is this member's value, or of the objects in the list that it is.
    func omittedNames(inside name: ArraySlice<UInt8>, ofItems: Bool) -> [[UInt8]] {
        omissions.compactMap { omission in
            guard omission.isOfItems == ofItems else { return nil }
            return omission.inner.flatMap { inner in name.elementsEqual(omission.name) ? inner : nil }
        }
    }
}

extension CanonicalJSON.Changes.Renaming {
    /// The canonical spelling of a name in quotes; nil when it is that already.
    func spelling(of name: ArraySlice<UInt8>) -> [UInt8]? {
        name.contains(UInt8(ascii: "_")) ? names[Array(name)] : nil
    }

    /// Whose the names inside a member's value are.
    func scope(inside name: ArraySlice<UInt8>, of scope: Scope) -> Scope {
        switch scope {
        case .somebodyElse: return .somebodyElse
        case .ownNames: return .ours
        case .ours:
            guard name.count < bounds.count else { return .ours }
            return bounds[name.count].first { name.elementsEqual($0.name) }?.scope ?? .ours
        }
    }
}
