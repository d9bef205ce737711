package bustest

import (
	"fmt"

	"github.com/godbus/dbus/v5"
)

// UnlockKeyring unlocks the gnome-keyring on the bus at address, as a person does
// who types its password.
func UnlockKeyring(address, password string) error {
	conn, err := dbus.Connect(address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // it was asked all there was to ask
	type secret struct {
		Session     dbus.ObjectPath
		Parameters  []byte
		Value       []byte
		ContentType string
	}
	service := conn.Object("org.freedesktop.secrets", "/org/freedesktop/secrets")
	var none dbus.Variant
	var session dbus.ObjectPath
	if err := service.Call("org.freedesktop.Secret.Service.OpenSession", 0, "plain", dbus.MakeVariant("")).Store(&none,
		&session); err != nil {
		return err
	}
	typed := secret{Session: session, Parameters: []byte{}, Value: []byte(password), ContentType: "text/plain"}
	const unlock = "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface.UnlockWithMasterPassword"
	if err := service.Call(unlock, 0, dbus.ObjectPath("/org/freedesktop/secrets/collection/login"), typed).Err; err != nil {
		return fmt.Errorf("unlocking the keyring: %w", err)
	}
	return nil
}
