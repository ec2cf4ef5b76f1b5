//! One function of a contract: its parameters, its result, and how a call lays them out.

use crate::value_type::{Measure, check_distinct, check_label};
use crate::{Layout, Type, TypeError};
use std::fmt;
use std::sync::Arc;

/// A function's name, parameters and result.
#[derive(Debug)]
pub struct Function {
    name: Arc<str>,
    parameters: Box<[Parameter]>,
    arguments: Measure,
    result: Option<Type>,
    docs: Option<Box<str>>,
}

/// One parameter of a function.
#[derive(Debug, PartialEq)]
pub struct Parameter {
    /// Its name, in WIT's spelling.
    pub name: Arc<str>,
    /// The type of its argument.
    pub ty: Type,
    /// Where the argument stands, in bytes from what `args` points at.
    pub offset: usize,
}

impl Function {
    /// A function without documentation.
    ///
    /// # Errors
    /// A name is bad or stands twice, or the arguments together are more than a type may be.
    pub fn new<N: Into<Arc<str>>>(
        name: impl Into<Arc<str>>,
        parameters: impl IntoIterator<Item = (N, Type)>,
        result: Option<Type>,
    ) -> Result<Self, TypeError> {
        let name = name.into();
        check_label(&name)?;
        let mut layout = Layout::EMPTY;
        let place = |(name, ty): (N, Type)| {
            let offset = layout.append(ty.layout());
            Parameter { name: name.into(), ty, offset }
        };
        let parameters: Box<[Parameter]> = parameters.into_iter().map(place).collect();
        check_distinct(parameters.iter().map(|parameter| &*parameter.name))?;
        let arguments = Measure::of(
            layout.padded(),
            parameters.iter().map(|parameter| &parameter.ty),
            parameters.iter().map(|parameter| &*parameter.name),
        )?;
        Ok(Self { name, parameters, arguments, result, docs: None })
    }

    /// The same function with the comment that stands above it.
    pub fn with_docs(self, docs: Option<impl Into<Box<str>>>) -> Self {
        Self { docs: docs.map(Into::into), ..self }
    }

    /// The name, in WIT's spelling.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The comment that stands above the function in its WIT file.
    pub fn docs(&self) -> Option<&str> {
        self.docs.as_deref()
    }

    /// The parameters in order.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The layout of what `args` points at: of the argument if there is one, of a C struct of all of
    /// them in order if there are more. It has size 0 if there is none; `args` is null then.
    pub fn arguments_layout(&self) -> Layout {
        self.arguments.layout
    }

    /// Whether an argument can own memory outside of its place.
    pub fn arguments_own_memory(&self) -> bool {
        self.arguments.owns_memory
    }

    /// The type of the result, if there is one.
    pub fn result(&self) -> Option<&Type> {
        self.result.as_ref()
    }

    /// The layout of what `out` points at. It has size 0 if there is no result; `out` is null then.
    pub fn result_layout(&self) -> Layout {
        self.result.as_ref().map_or(Layout::EMPTY, Type::layout)
    }

    /// About how many characters the signature has when every type in it is written out.
    pub(crate) fn text_len(&self) -> u32 {
        let result = self.result.as_ref().map_or(0, |result| result.measure().text());
        self.arguments.text().saturating_add(result)
    }
}

/// `greet: func(name: string) -> string`
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: func(", self.name)?;
        for (at, parameter) in self.parameters.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{}: {}", parameter.name, parameter.ty)?;
        }
        f.write_str(")")?;
        match &self.result {
            Some(result) => write!(f, " -> {result}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Function;
    use crate::{Layout, Type, TypeError};

    #[test]
    fn arguments_are_laid_out_as_a_struct_of_them() {
        let parameters = [("a", Type::U8), ("b", Type::String), ("c", Type::U16)];
        let function = Function::new("f", parameters, None).unwrap();
        let offsets: Vec<usize> = function.parameters().iter().map(|p| p.offset).collect();
        assert_eq!(offsets, [0, 8, 24]);
        assert_eq!(function.arguments_layout(), Layout { size: 32, align: 8 });
    }

    #[test]
    fn no_parameter_and_no_result_take_no_room() {
        let function = Function::new("f", [("", Type::U8); 0], None).unwrap();
        assert_eq!(function.arguments_layout().size, 0);
        assert_eq!(function.result_layout().size, 0);
    }

    #[test]
    fn a_parameter_has_a_name_of_its_own() {
        let twice = Function::new("f", [("a", Type::U8), ("a", Type::U8)], None);
        assert_eq!(twice.err(), Some(TypeError::Duplicate("a".to_owned())));
    }
}
