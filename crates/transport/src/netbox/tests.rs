use super::*;

#[test]
fn filters_are_escaped() {
    let filter = NetBoxFilter {
        search: "a b&c=ü".to_owned(),
        site: vec!["lyon".to_owned(), "paris".to_owned()],
        ..NetBoxFilter::default()
    };
    assert_eq!(filter.query(), "q=a%20b%26c%3D%C3%BC&site=lyon&site=paris");
    assert_eq!(NetBoxFilter::default().query(), "");
}
