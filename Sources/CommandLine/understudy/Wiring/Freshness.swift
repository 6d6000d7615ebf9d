import ArgumentParser
import Cassettes
import ProjectFiles

/// What is done about a cassette that is played although it is older than the project's `max_age`.
struct Freshness {
    private let maximum: MaximumAge?
    private let today: CalendarDay?
    private let isRequired: Bool

    /// - Parameter isRequired: Such a cassette is not played.
    /// - Throws: `FileError` and `Diagnostics` of the project's settings.
    init(of project: Project, isRequired: Bool) throws {
        maximum = try project.settings().maximumAge
        today = CalendarDay(Identifiers.today())
        self.isRequired = isRequired
        if isRequired, maximum == nil {
            throw ValidationError(
                "--require-fresh: nothing says how old is too old\n  fix: add max_age to \(project.settingsFile)")
        }
    }

    /// Warns of a cassette that is too old.
    ///
    /// - Throws: `ExitStatus.different` where it has to be fresh.
    func check(_ cassette: Cassette) throws {
        guard let maximum, let today, let warning = cassette.warning(ofAge: maximum, on: today) else { return }
        Console.complain("\(warning)")
        if isRequired { throw ExitStatus.different }
    }
}
