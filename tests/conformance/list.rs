// The generated crates, for the tests that call all of them; `cargo xtask new` extends the list.
generated! {
    sevensignal_v2: "sevensignal-v2",
    vxg_v2: "vxg-v2",
    vxg_v3: "vxg-v3",
    vxg_v4: "vxg-v4",
    vxg_v5: "vxg-v5",
    vxg_v6: "vxg-v6",
    vxg_gateway_v1: "vxg-gateway-v1",
    vxg_admin_v2: "vxg-admin-v2",
    sigsci_v0: "sigsci-v0",
    angus_v1: "angus-v1",
}
