//! Numbers of one type as numbers of another, checked.

use crate::Value;
use crate::value_error::{Problem, ValueError};

/// An integer that a value can be converted to.
pub(crate) trait Integer: TryFrom<i128> + Copy {
    /// WIT's name for it.
    const NAME: &'static str;
}

macro_rules! integers {
    ($($rust:ty => $name:literal),* $(,)?) => {
        $(impl Integer for $rust {
            const NAME: &'static str = $name;
        })*
    };
}

integers! {
    i8 => "s8", u8 => "u8", i16 => "s16", u16 => "u16", i32 => "s32", u32 => "u32", i64 => "s64",
    u64 => "u64",
}

/// The integer in `value`, whatever its width, if `T` can hold it.
pub(crate) fn integer<T: Integer>(value: &Value) -> Result<T, ValueError> {
    let wide = widened(value).ok_or_else(|| Problem::kind(T::NAME, value.kind()))?;
    T::try_from(wide).map_err(|_| out_of_range(wide, T::NAME))
}

/// The number in `value` as an `f64`: any floating point number, and any integer that an `f64` holds
/// exactly.
pub(crate) fn double(value: &Value) -> Result<f64, ValueError> {
    match value {
        Value::F64(number) => Ok(*number),
        Value::F32(number) => Ok(f64::from(*number)),
        _ => {
            let wide = widened(value).ok_or_else(|| Problem::kind("f64", value.kind()))?;
            let number = wide as f64;
            if number as i128 == wide { Ok(number) } else { Err(out_of_range(wide, "f64")) }
        }
    }
}

/// The number in `value` as an `f32`: any floating point number that is not too large for one, rounded
/// to the nearest, and any integer that an `f32` holds exactly.
pub(crate) fn float(value: &Value) -> Result<f32, ValueError> {
    match value {
        Value::F32(number) => Ok(*number),
        Value::F64(number) => narrowed(*number),
        _ => {
            let wide = widened(value).ok_or_else(|| Problem::kind("f32", value.kind()))?;
            let number = wide as f32;
            if number as i128 == wide { Ok(number) } else { Err(out_of_range(wide, "f32")) }
        }
    }
}

fn narrowed(number: f64) -> Result<f32, ValueError> {
    let narrow = number as f32;
    if narrow.is_infinite() && number.is_finite() {
        return Err(out_of_range(number, "f32"));
    }
    Ok(narrow)
}

fn widened(value: &Value) -> Option<i128> {
    Some(match value {
        Value::S8(number) => (*number).into(),
        Value::U8(number) => (*number).into(),
        Value::S16(number) => (*number).into(),
        Value::U16(number) => (*number).into(),
        Value::S32(number) => (*number).into(),
        Value::U32(number) => (*number).into(),
        Value::S64(number) => (*number).into(),
        Value::U64(number) => (*number).into(),
        _ => return None,
    })
}

#[cold]
fn out_of_range(value: impl std::fmt::Display, expected: &'static str) -> ValueError {
    Problem::OutOfRange { value: value.to_string(), expected }.into()
}

#[cfg(test)]
mod tests {
    use super::{double, float, integer};
    use crate::Value;

    #[test]
    fn an_integer_fits_whatever_its_width() {
        assert_eq!(integer::<u8>(&Value::S64(255)).unwrap(), 255);
        assert_eq!(integer::<i64>(&Value::U8(7)).unwrap(), 7);
        let error = integer::<u8>(&Value::S32(-1)).unwrap_err();
        assert_eq!(error.to_string(), "value: -1 is out of range for u8");
        let error = integer::<u8>(&Value::F64(1.0)).unwrap_err();
        assert_eq!(error.to_string(), "value: expected u8, got f64");
    }

    #[test]
    fn a_number_may_lose_digits_but_not_its_size() {
        assert_eq!(float(&Value::F64(0.1)).unwrap(), 0.1);
        assert!(float(&Value::F64(1e300)).is_err());
        assert!(float(&Value::F64(f64::INFINITY)).unwrap().is_infinite());
        assert_eq!(float(&Value::U32(1 << 24)).unwrap(), 16_777_216.0);
    }

    #[test]
    fn an_integer_becomes_a_floating_point_number_only_if_nothing_is_lost() {
        assert!(float(&Value::U32((1 << 24) + 1)).is_err());
        assert_eq!(double(&Value::U32(u32::MAX)).unwrap(), 4_294_967_295.0);
        assert!(double(&Value::U64(u64::MAX)).is_err());
        assert!(double(&Value::from("1")).is_err());
    }
}
