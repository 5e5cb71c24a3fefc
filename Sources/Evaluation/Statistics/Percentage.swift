extension Double {
    /// A rate from 0 to 1 in percent with one decimal, without the sign; never 0 or 100 unless the rate is exactly
    /// that.
    package var inPercent: String {
        let percent = self * 100
        if percent > 0, percent < 0.05 { return "<0.1" }
        if percent < 100, percent >= 99.95 { return ">99.9" }
        let tenths = Int((percent * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
