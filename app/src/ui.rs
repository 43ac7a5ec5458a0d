//! The parts that every page is built of: buttons, dialogs, fields, menus, messages. No word of the house's trade is in here.
//!
//! Views exist in the browser only; what is plain logic builds everywhere, so that it can be tested natively.

pub mod middle;
pub mod rolling;
pub mod span;

#[cfg(feature = "csr")]
mod address;
#[cfg(feature = "csr")]
mod badge;
#[cfg(feature = "csr")]
mod button;
#[cfg(feature = "csr")]
mod clock;
#[cfg(feature = "csr")]
mod combobox;
#[cfg(feature = "csr")]
mod copy;
#[cfg(feature = "csr")]
mod dialog;
#[cfg(feature = "csr")]
mod field;
#[cfg(feature = "csr")]
mod icon;
#[cfg(feature = "csr")]
mod menu;
#[cfg(feature = "csr")]
mod page;
#[cfg(feature = "csr")]
mod select;
#[cfg(feature = "csr")]
mod submit;
#[cfg(feature = "csr")]
mod theme;
#[cfg(feature = "csr")]
mod toast;
#[cfg(feature = "csr")]
mod unsaved;
#[cfg(feature = "csr")]
mod wait;

#[cfg(feature = "csr")]
pub use self::{
    address::use_query,
    badge::{Badge, EmptyState, Notice, Tone},
    button::{Button, ButtonKind, IconButton},
    clock::{RelativeTime, now, now_millis},
    combobox::{Combobox, Offer},
    copy::{CopyButton, copy_text, download_text},
    dialog::{ConfirmDialog, Dialog, DialogActions},
    field::{Checkbox, Field, FieldError, SecretField, TextArea, TextField},
    icon::{Icon, IconView},
    menu::{Menu, MenuItem, SharedMenu},
    page::{PageHeader, focus_first_fault, fresh_id, has_coarse_pointer, set_title},
    select::Select,
    submit::Submit,
    theme::Theme,
    toast::{Shown, ToastKind, Toasts, toast, toast_until, toast_with},
    unsaved::{hold_unsaved, listen_before_router},
    wait::{Skeleton, Spinner},
};
