# Completion of laq for bash.
_laq() {
  local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words=
  case $previous in
    --tune) words='perceptual psnr' ;;
    --aq) words='on off' ;;
    --format) words='png jpg ppm pgm pam pnm npy wav raw' ;;
    --raw) words='int8 uint8 int16 uint16 int32 uint32 float32 float64' ;;
    --target) words='ssimulacra2= psnr= butteraugli= bytes= bpp=' ;;
    --codec) words='laq jpeg-turbo webp jxl avif j2k' ;;
    help) words='encode decode info inspect metric compare' ;;
    *)
      if [[ $COMP_CWORD == 1 ]]; then
        words='encode decode info inspect metric compare help --version --help --force'
      elif [[ $word == -* ]]; then
        case $verb in
          encode) words='--quality --effort --threads --tune --aq --target-bytes --target --max-error --max-rel-error --pointwise-rel --psnr --snr --bits --lossless --raw --shape --chunk --strip --max-pixels --max-memory --force --no-overwrite --quiet --help' ;;
          decode) words='--format --region --threads --strip --max-pixels --max-memory --force --no-overwrite --quiet --help' ;;
          info) words='--json --max-memory --help' ;;
          inspect) words='--original --out --threads --max-pixels --max-memory --force --quiet --help' ;;
          metric) words='--json --max-pixels --max-memory --help' ;;
          compare)
            words='--out --codec --qualities --anchor --lowest --highest --curves --jobs --speed --rounds --show --score
              --svg --png --title --restart --no-butteraugli --quiet --help'
            ;;
        esac
      fi
      ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
  if [[ $words == *= ]]; then compopt -o nospace; fi
}
complete -o default -F _laq laq
