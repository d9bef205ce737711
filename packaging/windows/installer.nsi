; The installer for Windows: for this user alone, without an administrator. Built by
; scripts/package:
;   makensis -DVERSION=… -DQUAD=… -DURL=… -DFILES=… -DOUT=… installer.nsi
;
; Silent:  dormer-…-setup.exe /S [/AUTOSTART] [/D=C:\where]
;          uninstall.exe /S [/FORGET] [/DATA]
; It ends with 0, or with 2 where a Dormer that runs could not be ended.

Target amd64-unicode
SetCompressor /SOLID lzma
SetDateSave off
ManifestDPIAware true
ManifestSupportedOS Win10
RequestExecutionLevel user

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include Win\COM.nsh
!include Win\Propkey.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Dormer"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define APP "app.dormer.Dormer"   ; internal/setup: what starts with the computer
!define CLICKS "{7A1E6B0C-5C0B-4E0E-9B4D-3B1C6C9B6F52}"   ; internal/notify: who is called for a click on one
!define TOASTS "Dormer"           ; internal/notify: by which Windows knows who shows a toast

Name "Dormer"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Dormer"
InstallDirRegKey HKCU "${KEY}" "InstallLocation"
BrandingText "Dormer ${VERSION}"
VIProductVersion "${QUAD}"
VIAddVersionKey /LANG=0 "ProductName" "Dormer"
VIAddVersionKey /LANG=0 "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=0 "FileDescription" "Installs Dormer"
VIAddVersionKey /LANG=0 "LegalCopyright" "The Dormer authors. MIT licence."
!ifdef SIGN
  !uninstfinalize '"${SIGN}" "%1"'
!endif

!define MUI_ICON "dormer.ico"
!define MUI_UNICON "dormer.ico"
!define MUI_ABORTWARNING
!define MUI_COMPONENTSPAGE_SMALLDESC
!define MUI_FINISHPAGE_RUN "$INSTDIR\dormer.exe"
!define MUI_FINISHPAGE_RUN_TEXT "$(RunIt)"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_COMPONENTS
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Spanish"

LangString RunIt ${LANG_ENGLISH} "Open Dormer"
LangString RunIt ${LANG_SPANISH} "Abrir Dormer"
LangString TheProgram ${LANG_ENGLISH} "Dormer"
LangString TheProgram ${LANG_SPANISH} "Dormer"
LangString Starts ${LANG_ENGLISH} "Start with the computer"
LangString Starts ${LANG_SPANISH} "Iniciar con la computadora"
LangString StartsSays ${LANG_ENGLISH} "Dormer waits in the tray and tells you when a house is measured."
LangString StartsSays ${LANG_SPANISH} "Dormer espera en la bandeja y le avisa cuando una casa está medida."
LangString ProgramSays ${LANG_ENGLISH} "The program and its entry in the Start menu, for you alone."
LangString ProgramSays ${LANG_SPANISH} "El programa y su entrada en el menú Inicio, solo para usted."
LangString RunsOn ${LANG_ENGLISH} "Dormer is still running. Quit it (right-click its icon beside the clock), then try again."
LangString RunsOn ${LANG_SPANISH} "Dormer sigue abierto. Ciérrelo (clic derecho en su icono junto al reloj) e inténtelo de nuevo."
LangString Remove ${LANG_ENGLISH} "Remove Dormer"
LangString Remove ${LANG_SPANISH} "Quitar Dormer"
LangString RemoveSays ${LANG_ENGLISH} "What Dormer received and your PDFs stay, for the next time."
LangString RemoveSays ${LANG_SPANISH} "Lo que Dormer recibió y sus PDF se quedan, para la próxima vez."
LangString Forget ${LANG_ENGLISH} "Forget accounts and passwords"
LangString Forget ${LANG_SPANISH} "Olvidar cuentas y contraseñas"
LangString ForgetSays ${LANG_ENGLISH} "Signs out of Hover, deletes Dormer's webhook there and every secret on this computer."
LangString ForgetSays ${LANG_SPANISH} "Cierra la sesión de Hover, borra allí el webhook de Dormer y todos los secretos de esta computadora."
LangString Data ${LANG_ENGLISH} "Delete what was received"
LangString Data ${LANG_SPANISH} "Borrar lo recibido"
LangString DataSays ${LANG_ENGLISH} "Deletes the database, its backups and the log, and the accounts with them. The PDFs in Documents stay."
LangString DataSays ${LANG_SPANISH} "Borra la base de datos, sus copias y el registro, y con ellos las cuentas. Los PDF de Documentos se quedan."
LangString NotForgotten ${LANG_ENGLISH} "Dormer could not forget everything:"
LangString NotForgotten ${LANG_SPANISH} "Dormer no pudo olvidar todo:"

Var WasRunning

; Held says in OUT whether FILE is there and a process holds it: nothing can replace
; it then. It uses $0.
!macro Held FILE OUT
  StrCpy ${OUT} "no"
  ${If} ${FileExists} "${FILE}"
    ClearErrors
    FileOpen $0 "${FILE}" a
    ${If} ${Errors}
      StrCpy ${OUT} "yes"
    ${Else}
      FileClose $0
    ${EndIf}
  ${EndIf}
!macroend

; EndRunning ends what runs of $INSTDIR, whatever folder its data is in: by Dormer's
; own verb; where that does not reach it by a message to its windows; and what hangs
; by force, since all that Dormer has answered is on disk. (Only while a program of
; $INSTDIR is held: by name, which is all that Windows' own tool can go by.) It leaves when both programs
; can be replaced, and tells a person who is there if they cannot.
!macro EndRunning UN
Function ${UN}EndRunning
  !insertmacro Held "$INSTDIR\dormer.exe" $WasRunning
  again:
  StrCpy $1 0
  ${Do}
    !insertmacro Held "$INSTDIR\dormer.exe" $2
    !insertmacro Held "$INSTDIR\dormer.com" $3
    ${If} "$2$3" == "nono"
      Return
    ${EndIf}
    ${If} $1 = 0
    ${AndIf} $3 == "no"   ; a verb that hangs is no help
      nsExec::Exec /TIMEOUT=5000 '"$INSTDIR\dormer.com" stop'
      Pop $0
    ${ElseIf} $1 = 4
      nsExec::Exec /TIMEOUT=5000 'taskkill /IM dormer.exe /IM dormer.com'
      Pop $0
    ${ElseIf} $1 = 16
      nsExec::Exec /TIMEOUT=5000 'taskkill /F /IM dormer.exe /IM dormer.com'
      Pop $0
    ${EndIf}
    IntOp $1 $1 + 1
    Sleep 500
  ${LoopUntil} $1 > 24
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RunsOn)" /SD IDCANCEL IDRETRY again
  SetErrorLevel 2
  Quit
FunctionEnd
!macroend
!insertmacro EndRunning ""
!insertmacro EndRunning "un."

Section "$(TheProgram)" SecProgram
  SectionIn RO
  Call EndRunning
  SetOutPath "$INSTDIR"
  File "${FILES}\dormer.exe"
  File "${FILES}\dormer.com"
  File "${FILES}\LICENSE.txt"
  File "${FILES}\THIRD-PARTY-LICENCES.txt"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  CreateShortcut "$SMPROGRAMS\Dormer.lnk" "$INSTDIR\dormer.exe"
  Call NameShortcut

  WriteRegStr HKCU "${KEY}" "DisplayName" "Dormer"
  WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\dormer.exe"
  WriteRegStr HKCU "${KEY}" "Publisher" "The Dormer authors"
  WriteRegStr HKCU "${KEY}" "URLInfoAbout" "${URL}"
  WriteRegStr HKCU "${KEY}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${KEY}" "NoModify" 1
  WriteRegDWORD HKCU "${KEY}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  WriteRegDWORD HKCU "${KEY}" "EstimatedSize" $0
  WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\dormer.exe" "" "$INSTDIR\dormer.exe"
SectionEnd

Section /o "$(Starts)" SecStarts
  nsExec::Exec '"$INSTDIR\dormer.com" config set autostart true'
  Pop $0
SectionEnd

; Last, with the new program and its settings in place.
Section "-again"
  ${If} $WasRunning == "yes"
    Exec '"$INSTDIR\dormer.exe" --hidden'
  ${EndIf}
SectionEnd

; NameShortcut gives the shortcut the name that Dormer's toasts come under: else
; Windows shows none with buttons.
Function NameShortcut
  !insertmacro ComHlpr_CreateInProcInstance ${CLSID_ShellLink} ${IID_IShellLink} r0 ""
  ${If} $0 P<> 0
    ${IUnknown::QueryInterface} $0 '("${IID_IPersistFile}",.r1)'
    ${If} $1 P<> 0
      ${IPersistFile::Load} $1 '("$SMPROGRAMS\Dormer.lnk",${STGM_READWRITE}).r4'
      ${IUnknown::QueryInterface} $0 '("${IID_IPropertyStore}",.r2)'
      ${If} $2 P<> 0
        System::Call '*(&w64 "${TOASTS}")p.r5'
        System::Call '*${SYSSTRUCT_PROPERTYKEY}(${PKEY_AppUserModel_ID})p.r3'
        System::Call '*${SYSSTRUCT_PROPVARIANT}(31,,p r5)p.r6'   ; VT_LPWSTR
        ${IPropertyStore::SetValue} $2 '($3,$6)'
        ${IPropertyStore::Commit} $2 ""
        System::Free $3
        System::Free $6
        System::Free $5
        ${IUnknown::Release} $2 ""
        ${IPersistFile::Save} $1 '("$SMPROGRAMS\Dormer.lnk",1)'
      ${EndIf}
      ${IUnknown::Release} $1 ""
    ${EndIf}
    ${IUnknown::Release} $0 ""
  ${EndIf}
FunctionEnd

Function .onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/AUTOSTART" $1
  ${IfNot} ${Errors}
    SectionSetFlags ${SecStarts} ${SF_SELECTED}
  ${EndIf}
  ; Whoever has it start with the computer already is not asked for it twice.
  ReadRegStr $1 HKCU "${RUN}" "${APP}"
  ${If} $1 != ""
    SectionSetFlags ${SecStarts} ${SF_SELECTED}
  ${EndIf}
FunctionEnd

Section "un.$(Remove)" UnProgram
  SectionIn RO
  Call un.EndRunning
SectionEnd

Section /o "un.$(Forget)" UnForget
  nsExec::ExecToStack '"$INSTDIR\dormer.com" forget'
  Pop $0
  Pop $1
  ${If} $0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(NotForgotten)$\r$\n$1" /SD IDOK
    SetErrorLevel 1
  ${EndIf}
SectionEnd

Section /o "un.$(Data)" UnData
  nsExec::ExecToStack '"$INSTDIR\dormer.com" forget --data'
  Pop $0
  Pop $1
  ${If} $0 != 0
    MessageBox MB_OK|MB_ICONEXCLAMATION "$(NotForgotten)$\r$\n$1" /SD IDOK
    SetErrorLevel 1
  ${EndIf}
SectionEnd

Section "-un.files"
  Delete "$INSTDIR\dormer.exe"
  Delete "$INSTDIR\dormer.com"
  Delete "$INSTDIR\LICENSE.txt"
  Delete "$INSTDIR\THIRD-PARTY-LICENCES.txt"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Dormer.lnk"
  DeleteRegValue HKCU "${RUN}" "${APP}"
  DeleteRegKey HKCU "${KEY}"
  DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\dormer.exe"
  DeleteRegKey HKCU "Software\Classes\AppUserModelId\${TOASTS}"
  DeleteRegKey HKCU "Software\Classes\CLSID\${CLICKS}"
SectionEnd

Function un.onInit
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/FORGET" $1
  ${IfNot} ${Errors}
    SectionSetFlags ${UnForget} ${SF_SELECTED}
  ${EndIf}
  ClearErrors
  ${GetOptions} $0 "/DATA" $1
  ${IfNot} ${Errors}
    SectionSetFlags ${UnData} ${SF_SELECTED}
  ${EndIf}
FunctionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${SecProgram} "$(ProgramSays)"
  !insertmacro MUI_DESCRIPTION_TEXT ${SecStarts} "$(StartsSays)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END
!insertmacro MUI_UNFUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${UnProgram} "$(RemoveSays)"
  !insertmacro MUI_DESCRIPTION_TEXT ${UnForget} "$(ForgetSays)"
  !insertmacro MUI_DESCRIPTION_TEXT ${UnData} "$(DataSays)"
!insertmacro MUI_UNFUNCTION_DESCRIPTION_END
