//! What kind of file some bytes are, by their beginning.

/// The kinds of file that are met under a library's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Elf,
    MachO,
    Pe,
    Archive,
    Wasm,
    Text,
    Unknown,
}

impl Format {
    /// What this system opens.
    #[cfg(windows)]
    pub(super) const NATIVE: Self = Self::Pe;
    /// What this system opens.
    #[cfg(target_vendor = "apple")]
    pub(super) const NATIVE: Self = Self::MachO;
    /// What this system opens.
    #[cfg(not(any(windows, target_vendor = "apple")))]
    pub(super) const NATIVE: Self = Self::Elf;

    /// The kind of file that `bytes` are.
    pub(super) fn of(bytes: &[u8]) -> Self {
        match bytes {
            [0x7F, b'E', b'L', b'F', ..] => Self::Elf,
            [0xCF | 0xCE, 0xFA, 0xED, 0xFE, ..] | [0xCA, 0xFE, 0xBA, 0xBE, ..] => Self::MachO,
            [b'M', b'Z', ..] => Self::Pe,
            [b'!', b'<', b'a', b'r', b'c', b'h', b'>', ..] => Self::Archive,
            [0, b'a', b's', b'm', ..] => Self::Wasm,
            _ if std::str::from_utf8(bytes).is_ok_and(is_text) => Self::Text,
            _ => Self::Unknown,
        }
    }

    pub(super) fn description(self) -> &'static str {
        match self {
            Self::Elf => "an ELF file",
            Self::MachO => "a Mach-O file",
            Self::Pe => "a Windows file",
            Self::Archive => "a static library",
            Self::Wasm => "a WebAssembly file",
            Self::Text => "a text file",
            Self::Unknown => "an unknown kind of file",
        }
    }
}

fn is_text(text: &str) -> bool {
    text.chars().all(|letter| !letter.is_control() || letter.is_ascii_whitespace())
}
