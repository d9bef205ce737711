package setup

import "golang.org/x/sys/windows/registry"

// systemSeparator gives the list separator of the person's regional settings,
// which Excel goes by.
func systemSeparator() string {
	k, err := registry.OpenKey(registry.CURRENT_USER, `Control Panel\International`, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer k.Close()
	s, _, _ := k.GetStringValue("sList")
	return s
}
