//! The icons: strokes on a 20 × 20 grid, drawn inline so that they take the text's colour and need no request.

use leptos::prelude::*;

/// One icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each name says what is drawn")]
pub enum Icon {
    Alert,
    Back,
    Backward,
    Check,
    ChevronDown,
    ChevronRight,
    ChevronUp,
    Clipboard,
    Close,
    Contrast,
    Copy,
    Download,
    Duplicate,
    Eye,
    EyeOff,
    File,
    Fingerprint,
    Folder,
    Forward,
    Fullscreen,
    Filter,
    Gear,
    History,
    Inbox,
    Info,
    Inherit,
    Key,
    Keyboard,
    Link,
    List,
    Lock,
    Moon,
    More,
    Pause,
    Pencil,
    Play,
    Plus,
    Power,
    Pulse,
    Refresh,
    Search,
    Server,
    Shield,
    SignOut,
    Star,
    Sun,
    System,
    Tag,
    Terminal,
    Trash,
    Upload,
    User,
    Window,
}

impl Icon {
    /// The strokes.
    const fn path(self) -> &'static str {
        match self {
            Self::Alert => "M10 3 2 16.5h16L10 3ZM10 8v4M10 14.2v.1",
            Self::Check => "m4 10.5 4 4 8-9",
            Self::ChevronDown => "m6 8 4 4 4-4",
            Self::ChevronRight => "m8 6 4 4-4 4",
            Self::ChevronUp => "m6 12 4-4 4 4",
            Self::Clipboard => "M7 4.500H5v12h10v-12h-2M7.500 3h5v3h-5zM8 10h4M8 13h4",
            Self::Close => "m5 5 10 10M15 5 5 15",
            Self::Contrast => "M10 3a7 7 0 1 0 0 14V3ZM10 3a7 7 0 0 1 0 14M12 6.5h3.5M12 10h5M12 13.5h3.5",
            Self::Copy => "M7 7h9v9H7zM13 7V4H4v9h3",
            Self::Download => "M10 3v9m-4-3.5 4 4 4-4M4 16h12",
            Self::Duplicate => "M7 7h9v9H7zM13 7V4H4v9h3M11.5 9.5v4M9.5 11.5h4",
            Self::Eye => {
                "M2.5 10S5 5 10 5s7.500 5 7.500 5S15 15 10 15s-7.500-5-7.500-5ZM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z"
            }
            Self::EyeOff => {
                "M3 3l14 14M8 5.300A7 7 0 0 1 10 5c5 0 7.500 5 7.500 5a12 12 0 0 1-2 2.600M12.500 14.500A7 7 0 0 1 10 15c-5 0-7.500-5-7.500-5a12 12 0 0 1 3-3.500"
            }
            Self::File => "M5 2.500h7l3 3v12H5zM12 2.500v3h3",
            Self::Fingerprint => {
                "M5 16c1-2 1-4 1-6a4 4 0 0 1 8 0c0 1 0 2-.2 3M3 12.500c.3-1 .3-1.500.3-2.500a6.700 6.700 0 0 1 11.500-4.700M16.700 10c0 2 0 3.500-.7 6M10 10c0 3-.4 5-1.500 7M13.300 16c-.1.500-.2.700-.4 1"
            }
            Self::Folder => {
                "M2.500 5.500v9a1 1 0 0 0 1 1h13a1 1 0 0 0 1-1v-7a1 1 0 0 0-1-1H10l-2-2H3.500a1 1 0 0 0-1 1Z"
            }
            Self::Gear => {
                "M10 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5ZM10 2.500v2M10 15.500v2M2.500 10h2M15.500 10h2M4.700 4.700l1.400 1.400M13.900 13.900l1.400 1.400M4.700 15.300l1.400-1.400M13.900 6.100l1.400-1.400"
            }
            Self::Filter => "M3 4.500h14l-5.500 6.500v5l-3 -1.500v-3.500L3 4.500Z",
            Self::Inbox => "M3 11.500l2.500-7h9l2.500 7v4.500H3v-4.500ZM3 11.500h4l1 2h4l1-2h4",
            Self::Inherit => "M5 3.500v6.500a3 3 0 0 0 3 3h7M12 10l3 3-3 3",
            Self::Star => {
                "m10 3 2.100 4.600 5 .6-3.700 3.400 1 4.900L10 14l-4.400 2.500 1-4.900L2.900 8.200l5-.6L10 3Z"
            }
            Self::Tag => "M3 3.500h6.500l7 7-6 6-7.500-7.500v-5.500ZM6.500 7v.1",
            Self::History => {
                "M3.500 10a6.500 6.500 0 1 1 1.900 4.600M3.500 10l-1.700-2M3.500 10l2.200-1.600M10 6.500V10l2.500 1.800"
            }
            Self::Info => "M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.500v4M10 6.600v.1",
            Self::Key => "M12.500 11.500a4 4 0 1 0-3.700-2.500L3 14.800V17h3v-2h2v-2l1.200-1.200M13.200 6.700v.1",
            Self::Keyboard => {
                "M2.500 5.500h15v9h-15zM5.500 8.500v.1M8.500 8.500v.1M11.500 8.500v.1M14.500 8.500v.1M6 11.800h8"
            }
            Self::Lock => "M5 9h10v7.500H5zM7 9V6.500a3 3 0 0 1 6 0V9",
            Self::Moon => "M16 11.800A6.500 6.500 0 0 1 8.200 4a6.500 6.500 0 1 0 7.800 7.800Z",
            Self::More => {
                "M4.500 9.500a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1ZM10 9.500a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1ZM15.500 9.500a.5.5 0 1 0 0 1 .5.5 0 0 0 0-1Z"
            }
            Self::Pencil => "m3.500 16.500.700-3.200L13.500 4l2.500 2.500-9.300 9.300-3.200.700ZM11.500 6l2.500 2.500",
            Self::Play => "M6 4v12l10-6L6 4Z",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Power => "M10 3v6M6 5.500a6 6 0 1 0 8 0",
            Self::Pulse => "M2.500 10.500h3.500l2-6 4 11 2-5h3.500",
            Self::Refresh => "M16 10a6 6 0 1 1-1.800-4.300L16 7.500M16 4v3.500h-3.500",
            Self::Search => "M9 14.500a5.500 5.500 0 1 0 0-11 5.500 5.500 0 0 0 0 11ZM13 13l4 4",
            Self::Server => "M3 4h14v5H3zM3 11h14v5H3zM6 6.500v.1M6 13.500v.1",
            Self::Shield => {
                "M10 3l6 2v4.500c0 3.500-2.400 6-6 7.500-3.600-1.500-6-4-6-7.500V5l6-2ZM7.500 10l2 2 3.500-4"
            }
            Self::SignOut => "M8 4H4v12h4M12.500 6.500 16 10l-3.500 3.500M16 10H8",
            Self::Sun => {
                "M10 13.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7ZM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100"
            }
            Self::System => "M3 4h14v9H3zM7 16.500h6M10 13v3.500",
            Self::Terminal => "M2.500 4h15v12h-15zM5.500 7.500 8 10l-2.500 2.500M10 12.500h4",
            Self::Trash => {
                "M3.500 5.500h13M8 5.500V3.500h4v2M5 5.500l.700 11h8.600l.700-11M8.500 8.500v5M11.500 8.500v5"
            }
            Self::Upload => "M10 12V3M6 6.500l4-4 4 4M4 16h12",
            Self::User => {
                "M10 10a3.200 3.200 0 1 0 0-6.400 3.200 3.200 0 0 0 0 6.400ZM3.800 16.500c.8-2.800 3.200-4 6.200-4s5.400 1.200 6.200 4"
            }
            Self::Forward => "M3.500 5v10l6.500-5-6.500-5ZM10 5v10l6.500-5L10 5Z",
            Self::Fullscreen => "M3.500 7.500v-4h4M12.500 3.500h4v4M16.500 12.500v4h-4M7.500 16.500h-4v-4",
            Self::Link => {
                "M8.500 11.500l3-3M9 6l1.500-1.500a3.500 3.500 0 0 1 5 5L14 11M11 14l-1.500 1.500a3.500 3.500 0 0 1-5-5L6 9"
            }
            Self::List => "M7 5.500h9.500M7 10h9.500M7 14.500h9.500M3.500 5.500v.1M3.500 10v.1M3.500 14.500v.1",
            Self::Pause => "M7 4.500v11M13 4.500v11",
            Self::Back => "M11.500 5 6.500 10l5 5M6.500 10H16",
            Self::Backward => "M16.500 5v10L10 10l6.500-5ZM10 5v10l-6.500-5L10 5Z",
            Self::Window => "M8 4H4v12h12v-4M11.500 4H16v4.500M16 4l-7 7",
        }
    }
}

/// Draws an icon; it says nothing to a screen reader, the text or label beside it does.
#[component]
pub fn IconView(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
            <path d=icon.path() />
        </svg>
    }
}
