use super::*;
use proptest::prelude::*;

fn any_look() -> impl Strategy<Value = Look> {
    let field = prop::sample::select(HostField::ALL.to_vec());
    let scope = prop_oneof![
        Just(HostScope::All),
        Just(HostScope::Favourites),
        Just(HostScope::Recent),
        Just(HostScope::Unfiled),
        "[a-z0-9-]{8,12}".prop_filter_map("an id", |id| Some(HostScope::Folder { id: id.parse().ok()? })),
    ];
    let fields = prop::collection::vec((field.clone(), any::<String>()), 0..4);
    let grouping = prop_oneof![Just(Grouping::ByItself), Just(Grouping::Off), field.clone().prop_map(Grouping::By)];
    (scope, any::<String>(), fields, prop::option::of(field), any::<bool>(), grouping).prop_map(
        |(scope, search, fields, sort, descending, grouping)| Look {
            filter: HostFilter {
                scope,
                search,
                fields: fields.into_iter().map(|(field, value)| FieldFilter { field, value }).collect(),
            },
            sort,
            descending: descending && sort.is_some(),
            grouping,
        },
    )
}

proptest! {
    #[test]
    fn an_address_shows_what_it_was_made_of(look in any_look()) {
        prop_assert_eq!(Look::parse(&look.query()), look);
    }

    #[test]
    fn no_address_is_too_strange(text in any::<String>()) {
        Look::parse(&text);
    }

    #[test]
    fn a_saved_filter_asks_for_what_it_was_saved_of(look in any_look()) {
        let again = Look::of(look.filter.clone(), look.arrangement());
        prop_assert_eq!((again.arrangement(), again.filter), (look.arrangement(), look.filter));
    }
}

#[test]
fn an_address_can_be_read() {
    let look =
        Look::parse("?in=favourites&q=core+sw&vendor=Juniper&vendor=Cisco%20Systems&sort=-last_used_at&group=site");
    assert_eq!(look.filter.scope, HostScope::Favourites);
    assert_eq!(look.filter.search, "core sw");
    assert_eq!(
        look.filter.fields.iter().map(|one| one.value.as_str()).collect::<Vec<_>>(),
        ["Juniper", "Cisco Systems"]
    );
    assert_eq!((look.sort, look.descending), (Some(HostField::LastUsedAt), true));
    assert_eq!(look.group(), Some(HostField::Site));
    assert_eq!(Look::default().query(), "");
    assert_eq!(Look::parse("?nonsense&sort=nothing&group=&=x"), Look::default());
}

#[test]
fn folders_are_the_headings_until_something_else_is_wanted() {
    assert_eq!(Look::default().group(), Some(HostField::Folder));
    assert_eq!(Look::at(HostScope::Recent).group(), None);
    assert_eq!(Look::parse("q=web").group(), None);
    assert_eq!(Look::parse("q=web&group=folder").group(), Some(HostField::Folder));
    assert_eq!(Look::parse("group=none").group(), None);
}

#[test]
fn a_value_is_taken_in_and_out() {
    let mut look = Look::default();
    look.toggle(HostField::Tag, "prod");
    look.toggle(HostField::Tag, "web");
    look.toggle(HostField::Tag, "PROD");
    assert_eq!(look.query(), "tag=web");
    assert!(look.is_narrowed() && !look.is_whole());
}
