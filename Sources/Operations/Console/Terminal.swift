internal import Foundation

/// Reads secrets without showing them, and tells people what happens.
public enum Terminal {
    /// A line on standard error.
    public static func say(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// A password or passphrase: from the terminal without echo (twice when it is new), or the first line of standard
    /// input when that is no terminal.
    public static func secret(_ prompt: String, isNew: Bool) throws(Trouble) -> String {
        guard isatty(0) == 1 else {
            guard let line = readLine(strippingNewline: true), !line.isEmpty else {
                throw Trouble(.usage, "nothing to read on standard input: \(prompt)")
            }
            return line
        }
        let first = try hiddenLine(prompt)
        if isNew {
            let second = try hiddenLine("the same once more")
            guard first == second else { throw Trouble(.usage, "the two entries differ") }
        }
        return first
    }

    /// The first line of a file that holds a secret.
    public static func secret(fromFile path: String) throws(Trouble) -> String {
        let bytes = try SafeFile.contents(of: path, most: 4096)
        let line = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
        guard let line, !line.isEmpty else { throw Trouble(.usage, "\(path) holds nothing") }
        return line
    }

    private static func hiddenLine(_ prompt: String) throws(Trouble) -> String {
        FileHandle.standardError.write(Data("\(prompt): ".utf8))
        var shown = termios()
        tcgetattr(0, &shown)
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &hidden)
        defer {
            tcsetattr(0, TCSAFLUSH, &shown)
            FileHandle.standardError.write(Data("\n".utf8))
        }
        guard let line = readLine(strippingNewline: true), !line.isEmpty else {
            throw Trouble(.usage, "nothing was typed")
        }
        return line
    }
}
