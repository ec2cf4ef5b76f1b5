//! The arguments and the result of a function, from values to memory.

use super::{clear, count, lower, write};
use crate::memory::MemoryMut;
use crate::path::Root;
use crate::value_error::{Problem, ValueError};
use crate::{Function, Value};
use std::sync::Arc;

impl Function {
    /// Writes the arguments at `address`, in the layout of [`Function::arguments_layout`]. The address
    /// is not used if there is no parameter.
    ///
    /// # Errors
    /// There are more or fewer than parameters, one is not of its type, or there is no memory. Nothing
    /// stays allocated.
    pub fn lower_arguments<M: MemoryMut>(
        &self,
        arguments: &[Value],
        address: usize,
        memory: &mut M,
    ) -> Result<(), ValueError> {
        count("arguments", self.parameters().len(), arguments.len())?;
        match self.parameters() {
            [] => return Ok(()),
            [only] => clear(&only.ty, address, memory)?,
            _ => memory.zero(address, self.arguments_layout().size)?,
        }
        for (value, parameter) in arguments.iter().zip(self.parameters()) {
            let written = write(value, &parameter.ty, address + parameter.offset, memory);
            written.map_err(|error| {
                self.release_arguments(address, memory);
                error.under(Root::Parameter(Arc::clone(&parameter.name)))
            })?;
        }
        Ok(())
    }

    /// Writes the result at `address`, in the layout of [`Function::result_layout`]; `None` if the
    /// function has none, and the address is not used then.
    ///
    /// # Errors
    /// It is not of the result's type, or there is no memory. Nothing stays allocated.
    pub fn lower_result<M: MemoryMut>(
        &self,
        result: Option<&Value>,
        address: usize,
        memory: &mut M,
    ) -> Result<(), ValueError> {
        match (result, self.result()) {
            (None, None) => Ok(()),
            (Some(value), Some(ty)) => {
                lower(value, ty, address, memory).map_err(|error| error.under(Root::Result))
            }
            (None, Some(ty)) => Err(Problem::kind(ty, "no result").under(Root::Result)),
            (Some(value), None) => {
                Err(Problem::kind("no result", value.kind()).under(Root::Result))
            }
        }
    }
}
