use super::*;
use proptest::prelude::*;
use std::process::Command;

fn with(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|&(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn filled(text: &str, value: &str) -> Result<String, FillError> {
    fill(text, &with(&[("x", value)]))
}

#[test]
fn names_and_defaults_are_found_once_in_order() {
    let found = variables("tail -n {{lines=50}} {{file}} | grep {{!options=}} {{file=a}} {{lines=9}}");
    let names: Vec<_> = found.iter().map(|v| (v.name.as_str(), v.default.as_deref(), v.raw)).collect();
    assert_eq!(names, [("lines", Some("50"), false), ("file", Some("a"), false), ("options", Some(""), true)]);
}

#[test]
fn braces_around_what_is_no_name_stand_for_themselves() {
    for text in ["docker ps --format '{{.Names}}'", "{{json .}}", "{{}}", "{{1x}}", "{{", "a}}", "{{a\n}}", "${{{x}}}"]
    {
        assert_eq!((variables(text), fill(text, &with(&[]))), (Vec::new(), Ok(text.to_owned())), "{text}");
    }
    assert_eq!(fill(r"echo '\{{end}}'", &with(&[])).unwrap(), "echo '{{end}}'");
}

#[test]
fn a_value_becomes_one_word_between_whatever_quotes() {
    assert_eq!(filled("ls {{x}}", "/var/log").unwrap(), "ls /var/log");
    assert_eq!(filled("ls {{x}}", "").unwrap(), "ls ''");
    assert_eq!(filled("ls {{x}}", "a b; rm -rf /").unwrap(), "ls 'a b; rm -rf /'");
    assert_eq!(filled("ls {{x}}", "it's").unwrap(), r"ls 'it'\''s'");
    assert_eq!(filled("echo \"{{x}}!\"", "$(id)").unwrap(), "echo \"\"'$(id)'\"!\"");
    assert_eq!(filled("echo 'a{{x}}'", "b").unwrap(), "echo 'a''b'''");
    assert_eq!(filled("sh -c {{!x}}", "a; b").unwrap(), "sh -c a; b");
    assert_eq!(filled("a {{x}} # {{y=1}}", "1"), Err(FillError::Unquotable("y".into(), "in a comment")));
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(fill("{{a}} {{b=1}} {{c}}", &with(&[])), Err(FillError::Missing(vec!["a".into(), "c".into()])));
    assert_eq!(fill("{{a}} {{b=1}}", &with(&[("a", "2")])).unwrap(), "2 1");
    assert_eq!(filled("{{x}}", "a\0b"), Err(FillError::BadValue("x".into())));
    assert_eq!(filled("{{!x}}", "a\0b"), Err(FillError::BadValue("x".into())));
    assert_eq!(filled("{{x}}", "a\nb"), Err(FillError::BadValue("x".into())));
    assert_eq!(filled("{{!x}}", "a\nb").unwrap(), "a\nb");
}

#[test]
fn where_quoting_is_uncertain_only_a_raw_variable_may_stand() {
    for text in [
        "echo `date {{x}}`",
        "cat <<EOF\n{{x}}\nEOF",
        "cat << {{x}}",
        "echo ${a:-{{x}}}",
        "echo $'a{{x}}'",
        "echo $(( {{x}} + 1 ))",
        "echo \"$(case a in a) echo ;; esac; echo {{x}})\"",
        r"echo \{{!x}}",
        "echo ${{x}}",
        r"echo 'a\' {{x}}",
        r"echo 'a\\\' '{{x}}'",
        "ls # it's {{x}}",
    ] {
        if text == r"echo \{{!x}}" {
            assert!(variables(text).is_empty());
            continue;
        }
        assert!(matches!(check(text), Err(FillError::Unquotable(..))), "{text}");
        assert_eq!(check(&text.replace("{{x}}", "{{!x}}")), Ok(()), "{text}");
    }
    assert_eq!(check(r"awk '{print \n}' {{x}} 'a\\' {{y}}"), Ok(()));
    assert_eq!(check("ls # it's\necho {{x}} \"$(date -d \"{{y}}\" '+{{z}}')\""), Ok(()));
}

/// What a shell makes of a command.
fn printed(shell: &str, command: &str) -> Vec<u8> {
    Command::new(shell).arg("-c").arg(command).output().expect("a shell").stdout
}

const SHELLS: [&str; 4] = ["sh", "bash", "zsh", "fish"];

const PLACES: [&str; 7] = [
    "printf %s {{x}}",
    "printf %s ''{{x}}\"\"",
    "printf %s \"{{x}}\"",
    "printf %s '{{x}}'",
    "printf %s \"$(printf %s {{x}})\"",
    "printf %s \"$(printf '%s' \"{{x}}\")\"",
    "printf %s \"\"'{{x}}'\"\" # a 'comment\n",
];

#[test]
fn a_backslash_and_a_quote_open_nothing_in_fish() {
    let command = filled("printf %s {{x}}", r"\'; echo pwned #").unwrap();
    assert_eq!(printed("fish", &command), br"\'; echo pwned #");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    #[test]
    fn a_shell_reads_exactly_the_value(value in r#"[a-z'"`$(){}\\;&|<>#*?!~= \t-]{0,24}"#) {
        for (place, shell) in PLACES.iter().flat_map(|place| SHELLS.map(|shell| (place, shell))) {
            let command = filled(place, &value).unwrap();
            let printed = String::from_utf8_lossy(&printed(shell, &command)).into_owned();
            prop_assert_eq!(&printed, &value, "{} {}", shell, command);
        }
    }
}
