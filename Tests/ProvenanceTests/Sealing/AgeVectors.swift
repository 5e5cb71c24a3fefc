import BulwarkProvenance
import Foundation

/// Files that age 1.1.1 (Debian 1.1.1-1) and age-keygen have made.
enum AgeVectors {
    static let content = Data("sealed by age".utf8)
    static let passphrase = "correct horse"
    static let recipient = "age16s5avce6egyulfmkue9czzfpuprlfjzk6sedvhuzr8dj558r4q2sqz5m0a"
    static let identity = "AGE-SECRET-KEY-1CHVNJ9PKP2A582N4JTKLZYXLG9Y8UC2H0ZY9RGT2DKKTG69N760SXJXZEJ"
    static let otherIdentity = "AGE-SECRET-KEY-1FTTYV2NZC889TLRKLWYYWFWRQDXPYRX9KRSZ2P6WXVZHFZH5M2GQ7TCPYR"

    /// `age -r` with one recipient.
    static let sealed = """
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB1NVE2TzVpUzRJVTR2SXZLWXdHQXVpditVaW9XSjNCMGlR\
        dVJQNk40VmtzCktSSDhQVlY0MW5zc3NacHN2cFo2WUFJdElYUStJbDBncG9sTnVQMmZMUVkKLS0tIE5PdUM3M09r\
        VCtQaTdncXpKN1NQN1pEU3A5SkNUTXlNby9zY2VoYThYYzgKtKuN0b0r9je0sbvLXnzDU87cRazlgKdIR7T4JnVc\
        7KQ4hxMuz9pXPzoXxohl
        """

    /// `age -r -r` with two, the other one first.
    static let sealedForTwo = """
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSB2VU5FNGprZ0E2WnN0NVZxajFSbHk3ek5QSGszMzNKRDJL\
        MFFZTFNjQmcwCkc3QlVCVFFrYVRORndCZWYrdmFORFdweW13aGJPRTVkQTg3UVRpYllERGcKLT4gWDI1NTE5IDBE\
        UlBzS2lLYmVuZkZIN29VYUxma3FHbVViRG5CQ2pPc3RJZytHdnJjMUEKYXB5QVVUb2hCZnhsT0dNSzNWcStLcEh0\
        dUVWc3ZQYnlVOXM3b3I5dGMxbwotLS0gVDYvN01TdW8xTGt0eGFtUitLYk9VdTFiZ0pka3k5MGFNUU5QL3hOM0dv\
        ZwpKgee5RCzDvn0Ic8b2/I/fbxFVfnlAmEQ9Em9wH9q8iy1BTJ4ZTa4c3MJCECA=
        """

    /// An empty file.
    static let sealedEmpty = """
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBHY21PUEt1K3JPTXF6WFUrZXJ2WFFpOExGeWVremtxV3dN\
        RVUveDgzMDJJCjdyQkkvS28raTFubmlpVXdnNHFYcDgwUEhkZ2JqYzlUQlBDakcrUDZSTG8KLS0tIEZnMTltZGd6\
        bDFJWUR0QlNNV3k0MjBQaHZCeWMxaWY1bUliaHAraUtTa28KVg/HPglD1QRNSliHrVY3XuuojRwm1IvMQx40Y12B\
        JdA=
        """

    /// `age -p`.
    static let sealedWithPassphrase = """
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBCaVFpZHB6OUljMVIvb3RpM2pKSnhBIDE4CkF4TFF6N2Jj\
        cFk5djB4OHE5N3M5S1dZcis4NUwwTXhzVXFSdldwNkM5UjQKLS0tIE13V2lKMGlvSHg4WVVvbFJqb1doM1I3Sit3\
        L21sWklwWjN6b0tuZEhmRDgKbL9BsIr0++yLDNEjIJlP6InIKIbZRRpwFykeynLqmNMYz+7zgkbeP2oYwloj
        """

    /// `age-keygen | age -p`: the identity under the passphrase.
    static let identityFile = """
        YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IHNjcnlwdCBOUGxZdldTTVNuUDNKQk5rZXcrM2tRIDE4CjJGRWpGeHVv\
        b0M3R2RKNzVIVVRldDVYTVROMFNKVHVaenV2M3lzdTEramsKLS0tIEhRR2xyNDk2ekE2L2hoN0tDVlZnWXV5bHVq\
        SzhmRjQ1MmRxR1hhcVh1SUEK0Ht7KEHjzCi48iNqKnZ2NnKwS9XBN04ZS/J3oCtXIAWDXQClIMQiZ3pC3kKlJjvj\
        G0ia+SPAOhxzcvtYPUTl6i/ITuYcpuhpKmB8m32fnacXY+K0+J+ZhyUfjFWSvscC8P/3bPEmgrz/3Kqtjlq/sc0+\
        Vf7OKdsBgHlKiCtf+C+aj1NMgsLIvxWOwZR906Qesj43Tclym/OwAQ4NSmETipweEbTW6QzgHfuRvQkhRBsFKa/P\
        RrLxRotmD6r84yJ8kAO00NAwIEXVSpqx0wNAXHzn1WE9N242
        """
}
