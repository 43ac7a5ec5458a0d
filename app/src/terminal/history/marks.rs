//! What makes a shell mark its prompts (OSC 133, 633, 7). Each text is a few lines that can be put into the shell's own start
//! file, and that make one line when they are joined by spaces: that one is typed for a single session.

/// A shell that can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Bash 4 or newer; what it runs is told apart from its prompts from 4.4 on.
    Bash,
    /// Zsh 5 or newer.
    Zsh,
    /// Fish 3 or newer.
    Fish,
}

impl Kind {
    /// Every one, the most likely first.
    pub(super) const ALL: [Self; 3] = [Self::Bash, Self::Zsh, Self::Fish];

    /// Its command.
    #[cfg(feature = "csr")]
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Bash => "bash",
            Self::Zsh => "zsh",
            Self::Fish => "fish",
        }
    }

    /// The file that it reads when it starts.
    #[cfg(feature = "csr")]
    pub(super) const fn start_file(self) -> &'static str {
        match self {
            Self::Bash => "~/.bashrc",
            Self::Zsh => "~/.zshrc",
            Self::Fish => "~/.config/fish/config.fish",
        }
    }

    /// The lines for that file.
    pub(super) const fn lines(self) -> &'static str {
        match self {
            Self::Bash => include_str!("marks/bash.sh"),
            Self::Zsh => include_str!("marks/zsh.sh"),
            Self::Fish => include_str!("marks/fish.fish"),
        }
    }

    /// The one line for a session. It begins with a space, so that neither the shell nor Berth keeps it in a history.
    pub(super) fn line(self) -> String {
        format!(" {}", self.lines().lines().collect::<Vec<_>>().join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_one_line_that_is_kept_nowhere() {
        for kind in Kind::ALL {
            let line = kind.line();
            assert!(line.starts_with(' ') && line.len() < 700 && !line.chars().any(char::is_control), "{line:?}");
            assert!(!line.contains("eval"), "{line}");
        }
    }
}
