//! What the groups that somebody else knows of a person mean here.

use wire::accounts::Role;

/// Which values stand for which role. The mightiest that matches counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleRules {
    /// An admin's.
    pub admin: Vec<String>,
    /// A member's.
    pub member: Vec<String>,
    /// A viewer's.
    pub viewer: Vec<String>,
    /// Whose none matches gets this one; without it, nobody signs in with none.
    pub default: Option<Role>,
}

impl RoleRules {
    /// The role of somebody with these values.
    pub(super) fn role<T: AsRef<str>>(&self, values: &[T]) -> Option<Role> {
        let has = |wanted: &[String]| values.iter().any(|value| wanted.iter().any(|wanted| wanted == value.as_ref()));
        match () {
            () if has(&self.admin) => Some(Role::Admin),
            () if has(&self.member) => Some(Role::Member),
            () if has(&self.viewer) => Some(Role::Viewer),
            () => self.default,
        }
    }

    /// Whether any value means anything.
    pub(super) fn map_any(&self) -> bool {
        !(self.admin.is_empty() && self.member.is_empty() && self.viewer.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mightiest_role_counts_and_none_is_the_default() {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        let rules = RoleRules {
            admin: list(&["admins"]),
            member: list(&["staff", "ops"]),
            viewer: list(&["audit"]),
            default: None,
        };
        assert_eq!(rules.role(&["audit", "ops", "admins"]), Some(Role::Admin));
        assert_eq!(rules.role(&["audit", "ops"]), Some(Role::Member));
        assert_eq!(rules.role(&["audit"]), Some(Role::Viewer));
        for none in [&["ADMINS"][..], &["admins "], &[""], &[]] {
            assert_eq!(rules.role(none), None, "{none:?}");
        }
        let open = RoleRules { default: Some(Role::Viewer), ..rules };
        assert_eq!((open.role(&["x"]), open.role::<&str>(&[])), (Some(Role::Viewer), Some(Role::Viewer)));
        assert!(open.map_any() && !RoleRules::default().map_any());
    }
}
