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
        "ls # it's {{x}}",
    ] {
        if text == r"echo \{{!x}}" {
            assert!(variables(text).is_empty());
            continue;
        }
        assert!(matches!(check(text), Err(FillError::Unquotable(..))), "{text}");
        assert_eq!(check(&text.replace("{{x}}", "{{!x}}")), Ok(()), "{text}");
    }
    assert_eq!(check("ls # it's\necho {{x}} \"$(date -d \"{{y}}\" '+{{z}}')\""), Ok(()));
}

/// What the machine's own shell makes of a command.
fn printed(command: &str) -> Vec<u8> {
    Command::new("sh").arg("-c").arg(command).output().expect("a shell").stdout
}

const PLACES: [&str; 7] = [
    "printf %s {{x}}",
    "printf %s ''{{x}}\"\"",
    "printf %s \"{{x}}\"",
    "printf %s '{{x}}'",
    "printf %s \"$(printf %s {{x}})\"",
    "printf %s \"$(printf '%s' \"{{x}}\")\"",
    "(true; printf %s \"\"'{{x}}'\"\") # a 'comment\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_shell_reads_exactly_the_value(value in r#"[a-z'"`$(){}\\;&|<>#*?!~= \t\n-]{0,24}"#) {
        for place in PLACES {
            let command = filled(place, &value).unwrap();
            // A substitution drops the last line's end.
            let printed = printed(&command);
            let (printed, wanted) = (String::from_utf8_lossy(&printed), value.trim_end_matches('\n'));
            prop_assert_eq!(printed.trim_end_matches('\n'), wanted, "{}", command);
        }
    }
}
