//! Layering, unknown names, and that no setting is without default, text and name.

use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn load(toml: &str, environment: &[(&str, &str)], flags: &[(&'static str, &str)]) -> Result<Config, ConfigError> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("berth.toml");
    std::fs::write(&path, toml).expect("written");
    Config::load(&Sources {
        file: Some(path),
        environment: environment.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect(),
        flags: flags.iter().map(|(key, text)| (*key, (*text).into())).collect(),
    })
}

#[test]
fn every_setting_has_a_default_a_text_and_a_name() {
    let config = Config::load(&Sources::default()).expect("the defaults are acceptable");
    let settings = settings();
    let names: BTreeSet<_> = settings.iter().map(Setting::env_name).collect();
    assert_eq!(names.len(), settings.len(), "names are unique");
    for setting in &settings {
        assert!(setting.about.ends_with('.'), "{} is described", setting.key);
        assert!(config.report().contains(&format!("{} = ", setting.key)), "{} is reported", setting.key);
    }
    assert!(names.contains("BERTH_SESSIONS_MAX_PER_ACCOUNT"));
    assert_eq!((config.sessions.max_per_account, config.sessions.scrollback), (10, 1 << 20));
    assert_eq!(config.reach.database_url, "sqlite://./data/berth.db?mode=rwc");
}

proptest! {
    #[test]
    fn the_latest_source_wins(file in proptest::option::of(1u32..100), env in proptest::option::of(1u32..100), flag in proptest::option::of(1u32..100)) {
        let toml = file.map(|n| format!("[sessions]\nmax_per_account = {n}")).unwrap_or_default();
        let env_text = env.map(|n| n.to_string());
        let flag_text = flag.map(|n| n.to_string());
        let env_layer: Vec<_> = env_text.as_deref().map(|text| ("BERTH_SESSIONS_MAX_PER_ACCOUNT", text)).into_iter().collect();
        let flag_layer: Vec<_> = flag_text.as_deref().map(|text| ("sessions.max_per_account", text)).into_iter().collect();
        let config = load(&toml, &env_layer, &flag_layer).expect("loads");
        prop_assert_eq!(config.sessions.max_per_account, flag.or(env).or(file).unwrap_or(10));
    }
}

#[test]
fn an_unknown_name_is_told_its_nearest() {
    let text = load("[sessions]\nmax_per_acount = 2", &[], &[]).expect_err("refused").to_string();
    assert!(text.contains("`sessions.max_per_acount`") && text.contains("`sessions.max_per_account`"), "{text}");
    let text = load("", &[("BERTH_LISTN", "x")], &[]).expect_err("refused").to_string();
    assert!(text.contains("`BERTH_LISTN`") && text.contains("`BERTH_LISTEN`"), "{text}");
}

#[test]
fn a_bad_value_is_named_but_not_repeated() {
    let text = load("", &[("BERTH_DATABASE_URL", "mysql://root:hunter2@db")], &[]).expect_err("refused").to_string();
    assert!(
        text.contains("database_url") && text.contains("BERTH_DATABASE_URL") && !text.contains("hunter2"),
        "{text}"
    );
}

#[test]
fn lists_and_units_are_read() {
    let config = load(
        "trusted_proxies = [\"127.0.0.1\", \"10.0.0.0/8\"]\npublic_url = \"https://Berth.example.org/\"\n[sessions]\nidle_timeout = \"0\"\nscrollback = \"2MiB\"",
        &[],
        &[],
    )
    .expect("loads");
    assert!(config.reach.trusts("10.1.2.3".parse().expect("an address")));
    assert!(!config.reach.trusts("11.1.2.3".parse().expect("an address")));
    assert_eq!(config.reach.public_url.as_deref(), Some("https://berth.example.org"));
    assert!(config.sessions.idle_timeout.is_zero() && config.sessions.scrollback == 2 << 20);
}

#[test]
fn every_setting_is_in_the_manual() {
    let manual = include_str!("../../../docs/OPERATING.md");
    for setting in settings() {
        let name = match setting.key.split_once('.') {
            Some((table, key)) => format!("[{table}] {key}"),
            None => setting.key.to_owned(),
        };
        let row = format!("| `{name}` | `{}` | ", setting.env_name());
        let rest = manual.lines().find_map(|line| line.strip_prefix(&row));
        let rest = rest.unwrap_or_else(|| panic!("docs/OPERATING.md lacks a row that begins with {row}"));
        let default = rest.split(" | ").next().unwrap_or_default();
        assert!(default.contains(setting.default), "docs/OPERATING.md: {name} is {:?} by default", setting.default);
    }
    let rows = manual.lines().filter(|line| line.contains("| `BERTH_")).count();
    assert_eq!(rows, settings().len(), "docs/OPERATING.md describes a setting that is none");
}
