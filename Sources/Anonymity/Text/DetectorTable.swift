/// All detectors; a kind of personal information is a row.
package enum DetectorTable {
    package static let rows: [any Detector] = [
        EmailDetector(), CredentialURLDetector(), IPAddressDetector(), MACAddressDetector(),
        PhoneNumberDetector(), BirthDateDetector(), CreditCardDetector(), IBANDetector(),
        USSocialSecurityNumberDetector(), USRoutingNumberDetector(), UKNHSNumberDetector(),
        GermanTaxIdentifierDetector(), FrenchNIRDetector(), SpanishIdentityNumberDetector(),
        ItalianFiscalCodeDetector(), BrazilianCPFDetector(), BrazilianCNPJDetector(),
        IndianAadhaarDetector(), UUIDDetector(),
    ]
}
