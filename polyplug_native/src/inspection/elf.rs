//! The parts of an ELF file that matter to a loader: machine, extent, dynamic section, symbols.

use super::{Inspection, Unusable};
use cpp_demangle::{DemangleOptions, Symbol};
use object::elf::{
    DF_1_NODELETE, DF_1_PIE, DT_FLAGS_1, DT_NEEDED, DT_NULL, DT_SONAME, DT_STRTAB, ELFCLASS64,
    EM_386, EM_AARCH64, EM_ARM, EM_PPC64, EM_RISCV, EM_S390, EM_X86_64, ET_DYN, ET_EXEC, ET_REL,
    FileHeader64, PT_LOAD, SHN_UNDEF, SHT_DYNSYM, STB_GNU_UNIQUE,
};
use object::read::elf::{Dyn, FileHeader, ProgramHeader, SectionHeader, Sym};
use object::{Endianness, SectionIndex};
use std::env::consts::ARCH;

/// Registered by a library with destructors of thread-local objects.
const THREAD_DESTRUCTOR_SYMBOLS: [&[u8]; 2] = [b"__cxa_thread_atexit", b"__cxa_thread_atexit_impl"];

/// Make a key whose destructor threads call at their end.
const THREAD_KEY_SYMBOLS: [&[u8]; 3] =
    [b"pthread_key_create", b"__pthread_key_create", b"tss_create"];

type Header = FileHeader64<Endianness>;

/// The machine that this process runs on; 0 for one that is not listed, which refuses nothing.
const MACHINE: u16 = if cfg!(target_arch = "x86_64") {
    EM_X86_64
} else if cfg!(target_arch = "aarch64") {
    EM_AARCH64
} else if cfg!(target_arch = "riscv64") {
    EM_RISCV
} else if cfg!(target_arch = "powerpc64") {
    EM_PPC64
} else if cfg!(target_arch = "s390x") {
    EM_S390
} else {
    0
};

/// Reads an ELF file.
pub(super) fn inspect(bytes: &[u8]) -> Result<Inspection, Unusable> {
    let elf = Elf::parse(bytes)?;
    elf.check_kind()?;
    elf.check_extent()?;
    let mut inspection = Inspection::default();
    let mut flags = 0;
    for (tag, value) in elf.dynamic_entries()? {
        match tag {
            DT_NEEDED => inspection.needed.push(elf.text(value)?),
            DT_SONAME => inspection.soname = Some(elf.text(value)?),
            DT_FLAGS_1 => flags = value as u32,
            _ => {}
        }
    }
    if flags & DF_1_PIE != 0 {
        return Err(Unusable::NotShared { found: "a program" });
    }
    inspection.stays_loaded = flags & DF_1_NODELETE != 0;
    elf.read_symbols(&mut inspection)?;
    Ok(inspection)
}

/// The names that libraries find each other by, each `DT_NEEDED` and the `DT_SONAME`, with their places
/// in the file, which was inspected.
pub(crate) fn linked_names(bytes: &[u8]) -> Result<Vec<(usize, String)>, Unusable> {
    let elf = Elf::parse(bytes)?;
    let table = elf.string_table()?.start;
    let entries = elf.dynamic_entries()?.into_iter();
    let names = entries.filter(|(tag, _)| matches!(*tag, DT_NEEDED | DT_SONAME));
    names.map(|(_, value)| Ok((table + value as usize, elf.text(value)?))).collect()
}

struct Elf<'a> {
    bytes: &'a [u8],
    header: &'a Header,
    endian: Endianness,
}

impl<'a> Elf<'a> {
    fn parse(bytes: &'a [u8]) -> Result<Self, Unusable> {
        if let Some(class) = bytes.get(4)
            && *class != ELFCLASS64
        {
            let found = "a machine of 32 bits".to_owned();
            return Err(Unusable::WrongMachine { found, wanted: ARCH.to_owned() });
        }
        let header = Header::parse(bytes).map_err(damaged)?;
        let endian = header.endian().map_err(damaged)?;
        Ok(Self { bytes, header, endian })
    }

    fn check_kind(&self) -> Result<(), Unusable> {
        let machine = self.header.e_machine(self.endian);
        let is_foreign = self.header.is_big_endian() != cfg!(target_endian = "big");
        if MACHINE != 0 && (machine != MACHINE || is_foreign) {
            let found = machine_name(machine);
            return Err(Unusable::WrongMachine { found, wanted: machine_name(MACHINE) });
        }
        match self.header.e_type(self.endian) {
            ET_DYN => Ok(()),
            ET_REL => Err(Unusable::NotShared { found: "an object file" }),
            ET_EXEC => Err(Unusable::NotShared { found: "a program" }),
            _ => Err(Unusable::NotShared { found: "no shared library" }),
        }
    }

    /// Refuses a file that ends before its segments or its section table do.
    fn check_extent(&self) -> Result<(), Unusable> {
        let endian = self.endian;
        let segments = self.header.program_headers(endian, self.bytes).map_err(damaged)?;
        let loaded = segments.iter().filter(|segment| segment.p_type(endian) == PT_LOAD);
        let ends =
            loaded.map(|segment| segment.p_offset(endian).saturating_add(segment.p_filesz(endian)));
        let size = u64::from(self.header.e_shentsize(endian));
        let sections = u64::from(self.header.e_shnum(endian)) * size;
        let ends = ends.chain([self.header.e_shoff(endian).saturating_add(sections)]);
        let (end, len) = (ends.max().unwrap_or(0), self.bytes.len() as u64);
        if end > len {
            let problem = format!("it has {len} bytes and should have at least {end}");
            return Err(Unusable::Damaged { problem });
        }
        Ok(())
    }

    fn dynamic_entries(&self) -> Result<Vec<(u32, u64)>, Unusable> {
        let segments = self.header.program_headers(self.endian, self.bytes).map_err(damaged)?;
        for segment in segments {
            let Some(entries) = segment.dynamic(self.endian, self.bytes).map_err(damaged)? else {
                continue;
            };
            let entry = |entry: &object::elf::Dyn64<Endianness>| {
                let tag = u32::try_from(entry.d_tag(self.endian)).ok()?;
                Some((tag, entry.d_val(self.endian)))
            };
            // What stands behind the end is no concern of the linker's.
            // What stands behind the end is no concern of the linker's.
            let is_end = |entry: &object::elf::Dyn64<Endianness>| {
                entry.d_tag(self.endian) == u64::from(DT_NULL)
            };
            let entries = entries.iter().take_while(|entry| !is_end(entry));
            return Ok(entries.filter_map(entry).collect());
        }
        Err(Unusable::NotShared { found: "a file without a dynamic section" })
    }

    /// Where in the file the strings of the dynamic section are: from there to the segment's end.
    fn string_table(&self) -> Result<std::ops::Range<usize>, Unusable> {
        let entries = self.dynamic_entries()?;
        let table = entries.iter().find(|(tag, _)| *tag == DT_STRTAB);
        let address =
            table.map(|(_, address)| *address).ok_or_else(|| misfit("no string table"))?;
        let segments = self.header.program_headers(self.endian, self.bytes).map_err(damaged)?;
        for segment in segments {
            let start = segment.p_vaddr(self.endian);
            let (offset, size) = (segment.p_offset(self.endian), segment.p_filesz(self.endian));
            let inside = address.checked_sub(start).filter(|inside| *inside < size);
            if let (PT_LOAD, Some(inside)) = (segment.p_type(self.endian), inside) {
                return Ok((offset + inside) as usize..(offset + size) as usize);
            }
        }
        Err(misfit("the string table is in no segment"))
    }

    fn text(&self, value: u64) -> Result<String, Unusable> {
        let table = self.string_table()?;
        let text = self.bytes.get(table).and_then(|table| table.get(value as usize..));
        let end = text.and_then(|text| text.iter().position(|byte| *byte == 0));
        let (Some(text), Some(end)) = (text, end) else {
            return Err(misfit("a name lies outside of the string table"));
        };
        Ok(String::from_utf8_lossy(&text[..end]).into_owned())
    }

    fn read_symbols(&self, inspection: &mut Inspection) -> Result<(), Unusable> {
        let sections = self.header.sections(self.endian, self.bytes).map_err(damaged)?;
        let Some((index, section)) =
            sections.enumerate().find(|(_, section)| section.sh_type(self.endian) == SHT_DYNSYM)
        else {
            return Ok(());
        };
        let (index, section): (SectionIndex, _) = (index, section);
        let symbols =
            section.symbols(self.endian, self.bytes, &sections, index).map_err(damaged)?;
        let Some(symbols) = symbols else { return Ok(()) };
        for symbol in symbols.iter() {
            let is_defined = symbol.st_shndx(self.endian) != SHN_UNDEF;
            let is_unique = symbol.st_bind() == STB_GNU_UNIQUE;
            if is_defined && !is_unique {
                continue;
            }
            let name = symbol.name(self.endian, symbols.strings()).map_err(damaged)?;
            if !is_defined {
                inspection.has_thread_destructors |= THREAD_DESTRUCTOR_SYMBOLS.contains(&name);
                inspection.makes_thread_keys |= THREAD_KEY_SYMBOLS.contains(&name);
            } else {
                inspection.unique_symbols.push(demangled(name));
            }
        }
        inspection.unique_symbols.sort();
        Ok(())
    }
}

fn demangled(name: &[u8]) -> String {
    let symbol = Symbol::new(name).ok();
    let readable = symbol.and_then(|symbol| symbol.demangle(&DemangleOptions::default()).ok());
    readable.unwrap_or_else(|| String::from_utf8_lossy(name).into_owned())
}

fn machine_name(machine: u16) -> String {
    let name = match machine {
        EM_X86_64 => "x86_64",
        EM_AARCH64 => "aarch64",
        EM_386 => "x86",
        EM_ARM => "arm",
        EM_RISCV => "riscv",
        EM_PPC64 => "powerpc64",
        EM_S390 => "s390x",
        other => return format!("another machine (ELF number {other})"),
    };
    name.to_owned()
}

fn damaged(error: object::Error) -> Unusable {
    Unusable::Damaged { problem: error.to_string() }
}

fn misfit(problem: &str) -> Unusable {
    Unusable::Damaged { problem: problem.to_owned() }
}
