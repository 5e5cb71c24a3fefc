/// The few variables that an isolated job gets to see.
public enum CleanEnvironment {
    /// Where libraries are, what language and time zone are set, and what decides how oneDNN computes: with another
    /// instruction set, the last bits of results differ.
    public static let names: Set<String> = [
        "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "OMP_NUM_THREADS", "ONEDNN_MAX_CPU_ISA",
        "ONEDNN_CPU_ISA_HINTS", "DNNL_MAX_CPU_ISA", "DNNL_CPU_ISA_HINTS",
    ]

    /// What is left of an environment.
    ///
    /// Passphrases, tokens and preloaded libraries are not.
    public static func of(_ variables: [String: String]) -> [String: String] {
        variables.filter { names.contains($0.key) }
    }
}
