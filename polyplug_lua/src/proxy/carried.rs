//! Proxies on their way from one generation of a bundle to the next.

use super::{Life, Provider, binding_of, find_binding, proxy_at, push_default, push_proxy};
use crate::context::Context;
use crate::frame::Frame;
use polyplug::Import;
use polyplug_abi::GuestContractInstance;
use std::ffi::c_int;

/// A proxy outside of any VM, on its way from one generation of a bundle to the next.
pub(crate) struct CarriedProxy {
    name: String,
    /// `None` for a contract of the host.
    import: Option<Import>,
    instance: GuestContractInstance,
    life: Life,
}

impl CarriedProxy {
    /// The proxy at `index`, if it is one that can be called.
    pub(crate) fn read(frame: Frame, index: c_int) -> Option<Self> {
        let proxy = proxy_at(frame, index).filter(|proxy| proxy.life != Life::Destroyed)?;
        let import = &Context::of(&frame).bindings.get(proxy.binding)?.import;
        let name = import.name().to_owned();
        Some(Self { name, import: import.again(), instance: proxy.instance, life: proxy.life })
    }

    /// Pushes the proxy, or nil if its contract is not there any more.
    pub(crate) fn push(&self, frame: Frame) {
        let context = Context::of(&frame);
        let number = match self.import.as_ref().and_then(Import::again) {
            Some(import) => Some(binding_of(context, import)),
            None => find_binding(context, *frame, Provider::Host, &self.name),
        };
        let Some(number) = number else {
            context.failures.borrow_mut().pop();
            return frame.push_nil();
        };
        let Some(binding) = context.bindings.get(number) else { return frame.push_nil() };
        if self.life == Life::Default {
            return push_default(frame, number);
        }
        let place = push_proxy(frame, number, binding);
        // SAFETY: the userdata is on the stack.
        let proxy = unsafe { &mut *place };
        (proxy.instance, proxy.life) = (self.instance, self.life);
    }
}
