package health

// Equal says whether two lamps say the same.
func (l Lamp) Equal(m Lamp) bool {
	return l.Name == m.Name && l.State == m.State && l.Folder == m.Folder && l.Says.Equal(m.Says) && l.Do.Equal(m.Do)
}
