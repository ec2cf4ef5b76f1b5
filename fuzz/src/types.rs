//! Random types of values.

use arbitrary::{Result, Unstructured};
use polyplug_schema::Type;

/// Names of members; some are words of WIT or of WAVE.
const NAMES: [&str; 16] = [
    "a",
    "b",
    "c1",
    "d-e",
    "record",
    "u8",
    "list",
    "true",
    "none",
    "some",
    "ok",
    "err",
    "inf",
    "nan",
    "HTTP-code",
    "max-speed",
];

/// The type that the bytes in front say, and the bytes behind them: the first byte is their number.
pub(crate) fn split(data: &[u8]) -> Option<(Type, &[u8])> {
    let (len, rest) = data.split_first()?;
    let (bytes, rest) = rest.split_at_checked(usize::from(*len))?;
    let ty = random(&mut Unstructured::new(bytes), 5).ok()?;
    Some((ty, rest))
}

/// A type that nests at most so deep.
fn random(bytes: &mut Unstructured<'_>, depth: usize) -> Result<Type> {
    let kind = bytes.arbitrary::<u8>()? % if depth == 0 { 15 } else { 22 };
    let inner = depth.saturating_sub(1);
    let made = match kind {
        0 => return Ok(Type::Bool),
        1 => return Ok(Type::S8),
        2 => return Ok(Type::U8),
        3 => return Ok(Type::S16),
        4 => return Ok(Type::U16),
        5 => return Ok(Type::S32),
        6 => return Ok(Type::U32),
        7 => return Ok(Type::S64),
        8 => return Ok(Type::U64),
        9 => return Ok(Type::F32),
        10 => return Ok(Type::F64),
        11 => return Ok(Type::Char),
        12 => return Ok(Type::String),
        13 => Type::enumeration(None, names(bytes, 300)?),
        14 => Type::flags(None, names(bytes, 32)?),
        15 => Type::list(random(bytes, inner)?),
        16 => Type::fixed_list(random(bytes, inner)?, u32::from(bytes.arbitrary::<u8>()?) % 5),
        17 => Type::option(random(bytes, inner)?),
        18 => Type::result(maybe(bytes, inner)?, maybe(bytes, inner)?),
        19 => Type::tuple(several(bytes, |bytes, _| random(bytes, inner))?),
        20 => Type::record(
            Some("r"),
            several(bytes, |bytes, at| Ok((NAMES[at], random(bytes, inner)?)))?,
        ),
        _ => Type::variant(
            Some("v"),
            several(bytes, |bytes, at| Ok((NAMES[at], maybe(bytes, inner)?)))?,
        ),
    };
    made.map_err(|_| arbitrary::Error::IncorrectFormat)
}

fn maybe(bytes: &mut Unstructured<'_>, depth: usize) -> Result<Option<Type>> {
    Ok(match bytes.arbitrary()? {
        true => Some(random(bytes, depth)?),
        false => None,
    })
}

/// One to as many as there are names.
fn several<T>(
    bytes: &mut Unstructured<'_>,
    mut one: impl FnMut(&mut Unstructured<'_>, usize) -> Result<T>,
) -> Result<Vec<T>> {
    let count = 1 + usize::from(bytes.arbitrary::<u8>()?) % NAMES.len();
    (0..count).map(|at| one(bytes, at)).collect()
}

/// Names of cases or flags: the first ones, or up to `most` numbered ones.
fn names(bytes: &mut Unstructured<'_>, most: usize) -> Result<Vec<String>> {
    let count = usize::from(bytes.arbitrary::<u16>()?);
    if count < 1 << 15 {
        return Ok(NAMES.iter().take(1 + count % NAMES.len()).map(|name| (*name).into()).collect());
    }
    Ok((0..=count % most).map(|at| format!("c{at}")).collect())
}
