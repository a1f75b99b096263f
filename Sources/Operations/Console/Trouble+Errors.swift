internal import Casework
internal import Kernel
internal import Ledger
internal import Organisation
internal import Storage

extension Trouble {
    /// The sentence and exit code for any error; an unknown one tells its type only.
    public static func of(_ error: any Error) -> Trouble {
        switch error {
        case let trouble as Trouble: trouble
        case let error as SettingsError: Trouble(.usage, error.description)
        case let error as StorageError: of(error)
        case let error as KeyError: of(error)
        case let error as PlainError: Trouble(.usage, sentence(error))
        case let error as CaseError: Trouble(.usage, sentence(error.plain))
        case let error as PlainErrors: Trouble(.usage, error.errors.map(sentence).joined(separator: "\n"))
        case is CancellationError: Trouble(.problemFound, "stopped before the end")
        default: Trouble(.problemFound, "something went wrong that has no sentence yet: \(type(of: error))")
        }
    }

    private static func of(_ error: KeyError) -> Trouble {
        switch error {
        case .wrongKey:
            Trouble(.key, "the key does not belong to this store; point --key-file to the right one")
        case .missingKeys:
            Trouble(.key, "the store holds records but its keys are gone; restore a backup")
        case .damaged:
            Trouble(.key, "encrypted data does not open; run `jiaxin verify`")
        }
    }

    private static func of(_ error: StorageError) -> Trouble {
        switch error {
        case .schemaFromTheFuture(let found, let known):
            Trouble(
                .store,
                "the store was made by a newer version (schema \(found), this program knows \(known)); use that version"
            )
        case .full: Trouble(.store, "the disk is full; nothing acknowledged is lost; free some space")
        case .busy: Trouble(.store, "the store is locked by another process; stop it or wait")
        case .connectionLost: Trouble(.store, "the database server cannot be reached or closed the connection")
        case .outcomeUnknown: Trouble(.store, "the connection was lost while saving; look before you try again")
        case .readOnly: Trouble(.store, "the store cannot be written (read-only file or standby server)")
        case .corrupt(let what): Trouble(.store, "the store is damaged or is no store of Jiaxin (\(what))")
        case .closed: Trouble(.store, "the store is closed")
        case .duplicate: Trouble(.store, "something with the same name exists already")
        case .constraint: Trouble(.store, "the store refused a value")
        case .engine(let code, let message): Trouble(.store, "the store answered \(code): \(message)")
        }
    }

    /// Operators read codes with their values; pages have sentences of their own.
    private static func sentence(_ error: PlainError) -> String {
        let known = [
            "password.tooShort": "the password is too short: at least 10 characters",
            "password.tooLong": "the password is too long: at most 200 characters",
            "password.isName": "the password is the sign-in name",
            "password.tooSimple": "the password is one character repeated",
            "staff.signInNameTaken": "this sign-in name is taken",
            "staff.signInNameInvalid": "a sign-in name has 2 to 64 characters and no blanks",
            "staff.displayNameInvalid": "a display name has 1 to 60 characters",
            "staff.unknown": "there is nobody with this sign-in name",
            "staff.hasLeft": "this person no longer works here",
            "openid.taken": "this account is linked to somebody else",
            "openid.subjectInvalid": "the subject is empty or longer than 255 bytes",
            "unit.unknown": "there is no such unit",
            "unit.codeTaken": "this unit code is taken",
            "case.notFound": "there is no matter with this number",
            "case.alreadyErased": "this resident is erased already",
            "case.unknownReporter": "this matter has no such resident",
        ]
        let values = error.values.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return known[error.code] ?? (values.isEmpty ? error.code : "\(error.code) (\(values))")
    }
}
